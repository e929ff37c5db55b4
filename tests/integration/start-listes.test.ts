import { createServer } from 'node:http';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { type RunningApp, startApp } from '#tests/support/app.ts';
import { type EntreprisesDouble, startEntreprises } from '#tests/support/entreprises.ts';
import { closeServer, listenOnLoopback } from '#tests/support/loopback.ts';

const LIEU = 'demo-garonne-1';

let app: RunningApp;
let entreprises: EntreprisesDouble;
/** The day's list of conseillers numériques: what the demonstration says of its lieux, in the standard's columns. */
const liste = createServer(async (_, response) => {
  const answer = await fetch(`${(await started).url}/api/v1/lieux/${LIEU}`);
  const { id, nom, commune, code_postal, code_insee, adresse, latitude, longitude } = await answer.json();
  response.writeHead(200, { 'last-modified': 'Thu, 12 Nov 2026 09:00:00 GMT' });
  response.end(JSON.stringify([{ id, nom, commune, code_postal, code_insee, adresse, latitude, longitude }]));
});
let tellStarted: (running: RunningApp) => void;
const started = new Promise<RunningApp>((resolve) => {
  tellStarted = resolve;
});

beforeAll(async () => {
  const origin = await listenOnLoopback(liste);
  entreprises = await startEntreprises({ connus: {} });
  app = await startApp({
    env: { LISTE_CONSEILLERS_NUMERIQUES_URL: `${origin}/liste.json`, RECHERCHE_ENTREPRISES_URL: entreprises.url },
  });
  tellStarted(app);
});
afterAll(async () => {
  await app?.stop();
  await entreprises?.close();
  await closeServer(liste);
});

test('a server that is given a list reads it as it starts, and says so on the fiche; invented SIRETs are asked of nobody', async () => {
  const logged = () => /"faites":\[\{[^\]]*\}\]/.exec(app.output())?.[0];
  await vi.waitUntil(logged, { timeout: 60_000, interval: 200 });
  expect(logged()).toContain('"fichier":"pris"');
  expect(logged()).toMatch(/"lieux":[1-9]/);
  const fiche = await (await fetch(`${app.url}/lieux/${LIEU}`)).text();
  expect(fiche.replace(/[\u00a0\u202f]/g, ' ')).toContain(
    'vérifié : liste des conseillers numériques du 12 novembre 2026',
  );
  await vi.waitUntil(() => app.output().includes('"demandes":0'), { timeout: 30_000, interval: 200 });
  expect(entreprises.requetes).toEqual([]);
});
