import { expect, test } from 'vitest';
import { startSource } from '#tests/support/source.ts';
import { csvOf } from './imports.factory.ts';
import { accept, declare, log, names, night, prepareSources, rows, scene } from './sources.factory.ts';

prepareSources();

const tenOf = (change: (n: number) => Record<string, string> | null) =>
  csvOf(Array.from({ length: 10 }, (_, n) => ({ id: `h${n}`, nom: `Lieu ${n}`, ...change(n) })));

test.each<[string, string, RegExp]>([
  [
    'whose addresses are lost',
    tenOf((n) => (n < 4 ? { commune: '', code_insee: '', adresse: '' } : null)),
    /publiables/,
  ],
  ['whose names are lost', tenOf((n) => (n < 4 ? { nom: '' } : null)), /publiables/],
  ['whose identifiers are others', tenOf((n) => ({ id: `autre-${n}` })), /identifiants/],
])('a file of as many rows %s is kept, not applied', async (_, texte, reason) => {
  scene.server = await startSource({ texte: rows(10), etag: '"a"' });
  const id = await declare();
  await night(1);
  await accept(id);
  const before = await names();
  scene.server.set({ texte, etag: '"b"' });
  await night(2);
  expect((await log(id)).at(-1)).toEqual(['retenu', expect.stringMatching(reason)]);
  expect(await names()).toEqual(before);
});

test('a file that loses a little each night is kept once it has lost a fifth in all; a person who applies it begins anew', async () => {
  scene.server = await startSource({ texte: rows(20), etag: '"20"' });
  const id = await declare();
  await night(1);
  await accept(id);
  const counts = [18, 16, 15];
  for (const [index, count] of counts.entries()) {
    scene.server.set({ texte: rows(count), etag: `"${count}"` });
    await night(2 + index);
  }
  expect((await log(id)).map(([resultat]) => resultat)).toEqual(['applique', 'applique', 'applique', 'retenu']);
  await accept(id);
  scene.server.set({ texte: rows(13), etag: '"13"' });
  await night(6);
  expect((await log(id)).at(-1)).toEqual(['applique']);
});
