import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import type { RunningApp } from '#tests/support/app.ts';

/** A page signed in through the mailbox, in a browser context of its own. */
export async function signIn(
  { browser, app }: { browser: Browser; app: RunningApp },
  { courriel, vers = '/espace', ...options }: { courriel: string; vers?: string } & BrowserContextOptions,
): Promise<Page> {
  const page = await (await browser.newContext(options)).newPage();
  await page.goto(`${app.url}/connexion?${new URLSearchParams({ vers })}`);
  await page.getByLabel('Votre adresse de courriel').fill(courriel);
  await page.getByRole('button', { name: 'Recevoir mon lien' }).click();
  await expectText(page, 'Regardez vos courriels');
  await page.goto(`${app.url}${new URL(await lastLink(app, courriel, '/connexion/lien/')).pathname}`);
  await page.getByRole('button', { name: 'Me connecter' }).click();
  await page.waitForURL((url) => url.pathname === vers);
  return page;
}

export interface SentMail {
  a: string;
  objet: string;
  texte: string;
}

/** Every mail sent, newest first. */
export async function readMailbox(app: RunningApp): Promise<SentMail[]> {
  return (await fetch(`${app.url}/courriels.json`)).json();
}

/** The newest address in a mail to someone whose path begins so. */
export async function lastLink(app: RunningApp, courriel: string, path: string): Promise<string> {
  for (const { a, texte } of await readMailbox(app)) {
    const links = a === courriel ? (texte.match(/https?:\/\/\S+/g) ?? []) : [];
    const link = links.find((url) => new URL(url).pathname.startsWith(path));
    if (link) return link;
  }
  throw new Error(`No link ${path} for ${courriel} in the mailbox`);
}

/** Waits until a text is on the page. */
export async function expectText(page: Page, text: string): Promise<void> {
  await page.getByText(text, { exact: false }).first().waitFor({ timeout: 15_000 });
}
