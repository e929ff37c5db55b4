import { PassThrough, type Transform } from 'node:stream';
import { text } from 'node:stream/consumers';
import { createElement } from 'react';
import { renderToPipeableStream } from 'react-dom/server';
import { expect, test } from 'vitest';
import { htmlStream } from '#app/http/html-stream.server.ts';

/** Pages whose accented letters lie across each byte of the views in which React writes. */
async function render(through: () => Transform): Promise<string[]> {
  const pages = [0, 1, 2, 3].map((before) => {
    const sentences = Array.from({ length: 400 }, (_, key) => createElement('p', { key }, '« été » — déjà'));
    const page = createElement('main', null, 'a'.repeat(before), sentences);
    const stream = through();
    return new Promise<string>((resolve, reject) => {
      const { pipe } = renderToPipeableStream(page, {
        onAllReady: () => {
          pipe(stream);
          text(stream).then(resolve, reject);
        },
        onError: reject,
      });
    });
  });
  return Promise.all(pages);
}

test('no page has a NUL in its sentences, wherever a letter of several bytes falls', async () => {
  const pages = await render(htmlStream);
  for (const page of pages) {
    expect(page).not.toContain('\0');
    expect(page.match(/<p>« été » — déjà<\/p>/g)).toHaveLength(400);
  }
});

test('React still needs it: once this fails, htmlStream can go', async () => {
  expect((await render(() => new PassThrough())).join('')).toContain('\0');
});
