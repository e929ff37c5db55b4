import { spawn } from 'node:child_process';
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { purgerDepots } from '#app/jobs/imports.ts';
import { annulerImport } from '#db/imports-annulation.ts';
import { appliquerDepot, listPassages } from '#db/source-passages.ts';
import { demanderLecture, findSource, pauseSource } from '#db/sources.ts';
import { countSessions } from '#tests/support/database.ts';
import { bundle } from '#tests/support/embedded.ts';
import { COMPLETE } from '#tests/support/hasard.ts';
import { type SourceDouble, startSource } from '#tests/support/source.ts';
import { csvOf } from './imports.factory.ts';
import { communes, DAY, NOW } from './revisions.factory.ts';
import {
  accept,
  declare,
  log,
  lots,
  mails,
  names,
  night,
  prepareSources,
  rows,
  scene,
  work,
} from './sources.factory.ts';

prepareSources();

test('a first file waits for a person; then what changes is applied by itself, one batch each, and what does not costs nothing', async () => {
  scene.server = await startSource({ texte: rows(2), etag: '"a"' });
  const id = await declare();
  await work();
  expect(scene.server.requetes).toHaveLength(0);
  await night(1);
  expect(await log(id)).toEqual([['a_valider', 'L’essai est prêt : regardez-le, puis appliquez.']]);
  expect(await names()).toEqual([]);
  expect(await mails()).toEqual([
    'déclarant · Un essai attend votre accord : hub',
    'autre · Un essai attend votre accord : hub',
  ]);
  await accept(id);
  expect(await names()).toEqual(['Lieu 0', 'Lieu 1']);
  await work();
  expect(scene.server.requetes).toHaveLength(1);

  await night(2);
  expect(scene.server.requetes.at(-1)?.headers['if-none-match']).toBe('"a"');
  // Another mark on the same bytes is no change either.
  scene.server.set({ texte: rows(2), etag: '"b"' });
  await night(3);
  expect(await lots()).toBe(1);
  scene.server.set({ texte: rows(3, 'Espace'), etag: '"c"' });
  await night(4);
  expect(await names()).toEqual(['Espace 0', 'Espace 1', 'Espace 2']);
  expect(await lots()).toBe(2);
  expect((await log(id)).map(([resultat]) => resultat)).toEqual(['applique', 'inchange', 'inchange', 'applique']);

  const [last] = await listPassages(scene.database.db, id);
  await annulerImport(scene.database.db, {
    ...{ lotId: last?.lot_id ?? 0, acteurId: scene.personne, now: scene.clock, today: '2026-06-05', communes },
  });
  expect(await names()).toEqual(['Lieu 0', 'Lieu 1']);
  // A batch that was taken back stays so until the file changes.
  await night(5);
  expect(await names()).toEqual(['Lieu 0', 'Lieu 1']);
  expect(await mails()).toHaveLength(2);
});

test('a file a fifth smaller is kept, not applied, and told; a person may apply that very file; a mended one takes its place', async () => {
  scene.server = await startSource({ texte: rows(10), etag: '"a"' });
  const id = await declare();
  await night(1);
  await accept(id);
  await scene.database.db.deleteFrom('courriel').execute();
  scene.server.set({ texte: rows(7), etag: '"b"' });
  await night(2);
  await night(3);
  const message = 'Ce fichier n’a plus que 7 lignes au lieu de 10 (−\u00a030\u00a0%). Rien n’a été appliqué.';
  expect((await log(id)).slice(1)).toEqual([
    ['retenu', message],
    ['inchange', 'Le même fichier attend toujours.'],
  ]);
  expect(await mails()).toEqual([
    'déclarant · Votre fichier a beaucoup changé : hub',
    'autre · Votre fichier a beaucoup changé : hub',
  ]);
  expect(await lots()).toBe(1);
  // It waits as long as it must, unlike the files that people bring.
  await purgerDepots(scene.database.db, scene.dataDir, new Date(NOW.getTime() + 40 * DAY));
  const waiting = (await listPassages(scene.database.db, id)).find(({ resultat }) => resultat === 'retenu');
  const file = { id: waiting?.depot_id ?? '', utilisateurId: scene.personne, now: scene.clock };
  await appliquerDepot(scene.database.db, file);
  await work();
  expect((await findSource(scene.database.db, id))?.lignes).toBe(7);
  expect((await mails()).slice(2)).toEqual([
    'déclarant · Votre fichier est de nouveau lu : hub',
    'autre · Votre fichier est de nouveau lu : hub',
  ]);
  expect(await scene.database.db.selectFrom('source_absence').select('lieu_id').execute()).toHaveLength(3);

  scene.server.set({ texte: rows(1), etag: '"c"' });
  await night(4);
  scene.server.set({ texte: rows(8), etag: '"d"' });
  await night(5);
  expect((await log(id)).map(([resultat]) => resultat)).toEqual([
    'applique',
    'applique',
    'inchange',
    'remplace',
    'applique',
  ]);
  expect(await readdir(join(scene.dataDir, 'sources'))).toEqual([]);
});

test('what breaks is said in one sentence, told once and then once a week; it is tried each night, and what is mended is told', async () => {
  scene.server = await startSource({ texte: rows(2), etag: '"a"' });
  const id = await declare();
  await night(1);
  await accept(id);
  await scene.database.db.deleteFrom('courriel').execute();
  scene.server.set((response) => void response.writeHead(404).end('no'));
  for (let n = 2; n <= 8; n += 1) await night(n);
  expect(await mails()).toHaveLength(2);
  await night(9);
  expect(await mails()).toHaveLength(4);
  expect((await log(id)).slice(1)).toEqual(
    Array.from({ length: 8 }, () => [
      'echec',
      'Le serveur 127.0.0.1 répond 404 : il n’y a pas de fichier à cette adresse.',
    ]),
  );
  expect(await names()).toEqual(['Lieu 0', 'Lieu 1']);
  scene.server.set({ texte: rows(2), etag: '"a"' });
  await night(10);
  expect((await mails()).at(-1)).toBe('autre · Votre fichier est de nouveau lu : hub');
  expect((await log(id)).at(-1)).toEqual(['inchange']);
});

test.each<[string, Parameters<SourceDouble['set']>[0], RegExp]>([
  ['a web page', { texte: '<!doctype html><p>Connectez-vous</p>' }, /page web/],
  ['an empty file', { texte: '' }, /vide/],
  ['other columns', { texte: 'id;nom\n1;A' }, /ne sont pas celles attendues : il n’a pas « pivot »/],
  ['too much', (response) => void response.end('x'.repeat(2_000_000)), /trop gros : 1 Mo/],
  ['silence', () => {}, /ne répond/],
  ['a broken connection', (response) => void response.destroy(), /coupé la connexion/],
  [
    'a way to another machine of our network',
    (response, { headers }) => {
      const port = headers.host?.split(':')[1];
      response.writeHead(302, { location: `http://127.0.0.2:${port}/lieux.csv` }).end();
    },
    /réseau privé/,
  ],
  [
    'a way to the metadata of a cloud',
    (response) => void response.writeHead(302, { location: 'http://169.254.169.254/latest' }).end(),
    /réseau privé/,
  ],
])(
  'a server that gives %s: nothing is applied, and the log says why; mended, it is read again',
  async (_, reponse, sentence) => {
    scene.server = await startSource({ texte: rows(2), etag: '"a"' });
    const id = await declare();
    await night(1);
    await accept(id);
    scene.server.set(reponse);
    await night(2, { maxOctets: 1024 * 1024 });
    expect((await log(id)).at(-1)).toEqual(['echec', expect.stringMatching(sentence)]);
    expect(await names()).toEqual(['Lieu 0', 'Lieu 1']);
    scene.server.set({ texte: rows(3), etag: '"z"' });
    await night(3);
    expect((await log(id)).at(-1)).toEqual(['applique']);
    expect(await names()).toHaveLength(3);
  },
);

test('an address of our own network is never asked', async () => {
  scene.server = await startSource({ texte: rows(2) });
  const id = await declare();
  await night(1, { reseauInterne: [] });
  expect(await log(id)).toEqual([['echec', expect.stringContaining('réseau privé')]]);
  expect(scene.server.requetes).toEqual([]);
});

test('a weekly source is read in its night only, or when somebody asks; a paused one never', async () => {
  scene.server = await startSource({ texte: rows(2), etag: '"a"' });
  // NOW is a Monday: the night to Thursday is the third one.
  const id = await declare({ jour: 4 });
  await night(1);
  await night(2);
  expect(await log(id)).toEqual([]);
  await night(3);
  expect(await log(id)).toHaveLength(1);
  for (let n = 4; n < 10; n += 1) await night(n);
  expect(await log(id)).toHaveLength(1);
  await night(10);
  expect(await log(id)).toHaveLength(2);
  await demanderLecture(scene.database.db, { id, now: scene.clock });
  await work();
  expect(await log(id)).toHaveLength(3);
  await pauseSource(scene.database.db, { id, motif: 'personne', now: scene.clock });
  await night(30);
  expect(await log(id)).toHaveLength(3);
});

test('what is outside the territory is refused, and a role that is withdrawn stops the source and says so', async () => {
  const lyon = {
    id: 'x',
    commune: 'Lyon',
    code_postal: '69001',
    code_insee: '69381',
    latitude: '45.767',
    longitude: '4.834',
  };
  scene.server = await startSource({ texte: csvOf([{ id: 'h0' }, lyon]), etag: '"a"' });
  const id = await declare();
  await night(1);
  await accept(id);
  expect(await names()).toEqual(['Médiathèque Garonne']);
  await scene.database.db.deleteFrom('courriel').execute();
  await scene.database.db.deleteFrom('animateur').where('utilisateur_id', '=', scene.personne).execute();
  await work();
  expect((await log(id)).at(-1)).toEqual(['arret', 'La personne qui l’a déclarée n’a plus le droit d’importer.']);
  expect(await findSource(scene.database.db, id)).toMatchObject({ pause_motif: 'role' });
  expect(await mails()).toEqual([
    'déclarant · Votre fichier n’est plus lu : hub',
    'autre · Votre fichier n’est plus lu : hub',
  ]);
  scene.server.set({ texte: rows(5), etag: '"b"' });
  await night(2);
  expect(await log(id)).toHaveLength(2);
});

test('two processes at once read a source once and apply it once', async () => {
  scene.server = await startSource({ texte: rows(4), etag: '"a"' });
  const id = await declare();
  await night(1);
  await accept(id);
  const asked = scene.server.requetes.length;
  scene.server.set({ texte: rows(5), etag: '"b"' });
  scene.clock = new Date(NOW.getTime() + 2 * DAY);
  await Promise.all(Array.from({ length: 4 }, () => work()));
  await work();
  expect(scene.server.requetes.length - asked).toBe(1);
  expect((await log(id)).map(([resultat]) => resultat)).toEqual(['applique', 'applique']);
  expect(await lots()).toBe(2);
});

test('killed with -9 at many moments, beside another process, a night ends with one reading and one batch', async () => {
  const program = await bundle('sources-user');
  try {
    scene.server = await startSource({ texte: rows(3), etag: '"a"' });
    const id = await declare();
    await night(1);
    await accept(id);
    await scene.database.db.deleteFrom('courriel').execute();
    // As slow as a server is: it is killed while the file comes, too.
    const whole = rows(600);
    scene.server.set((response) => {
      response.writeHead(200, { 'content-type': 'text/csv', etag: '"b"' }).write(whole.slice(0, 20_000));
      setTimeout(() => response.end(whole.slice(20_000)), 150);
    });
    scene.clock = new Date(NOW.getTime() + 2 * DAY);
    let kills = 0;
    for (let round = 0; (await log(id)).at(-1)?.[0] !== 'applique' || (await log(id)).length < 2; round += 1) {
      expect(round).toBeLessThan(40);
      const users = [0, 1].map(() =>
        spawn(process.execPath, [program, scene.database.url, scene.dataDir, scene.clock.toISOString()], {
          stdio: ['ignore', 'ignore', 'inherit'],
        }),
      );
      const ends = users.map((user) => new Promise((resolve) => user.once('close', resolve)));
      // Later at each round, so that every step is cut in its beginning, its middle and its end.
      const timers = users.map((user, n) =>
        setTimeout(() => user.kill('SIGKILL'), 1_100 + round * (COMPLETE ? 300 : 800) + n * 150),
      );
      await Promise.all(ends);
      for (const timer of timers) clearTimeout(timer);
      kills += users.filter(({ signalCode }) => signalCode === 'SIGKILL').length;
      await expect.poll(() => countSessions(scene.database, 'sources-user'), { timeout: 10_000 }).toBe(0);
      const lieux = (await names()).length;
      expect([3, 600]).toContain(lieux);
      expect(await lots()).toBe(lieux === 3 ? 1 : 2);
      expect((await log(id)).length).toBeLessThanOrEqual(2);
      // Many kills of one step are the test's, not the file's.
      await scene.database.db.updateTable('import_depot').set({ essais: 0 }).execute();
    }
    expect(kills).toBeGreaterThanOrEqual(2);
    expect(await names()).toHaveLength(600);
    await work();
    expect(await log(id)).toEqual([['applique'], ['applique']]);
    expect(await lots()).toBe(2);
    expect(await mails()).toEqual([]);
  } finally {
    await rm(program);
  }
}, 180_000);
