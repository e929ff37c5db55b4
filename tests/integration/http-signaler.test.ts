import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { formatNumero, numeroOf, readNumero } from '#app/domain/signalement.ts';
import { listCourriels } from '#db/courriels.ts';
import { type HttpApp, startHttp } from '#tests/support/http.ts';
import { createLieu, createPerson, NOW } from './revisions.factory.ts';

let app: HttpApp;
let lieuId: string;
let address: string;

beforeAll(async () => {
  app = await startHttp({}, NOW);
  ({ lieuId } = await createLieu(app.db, { date_maj: '2026-01-02' }));
  address = `/signaler?lieu=${encodeURIComponent(lieuId)}`;
});

beforeEach(() => app.forgetLimits());

afterAll(() => app?.close());

test('a citizen chooses what is wrong, sends it without any script, and gets a number to follow', async () => {
  const visitor = await app.visitor();
  const page = await (await visitor.get(address)).text();
  expect(page).toContain('Médiathèque Garonne');
  const cle = /<input[^>]*name="cle"[^>]*value="([\w-]{24})"/.exec(page)?.[1] ?? '';
  const motifs = [...page.matchAll(/<input[^>]*name="motif"[^>]*value="([a-z]+)"/g)].map(([, motif]) => motif);
  expect(motifs).toEqual(['horaires', 'telephone', 'adresse', 'ferme', 'services', 'autre']);
  const sent = await visitor.post(address, { cle, motif: 'horaires', message: ' Fermé le mercredi. ', courriel: '' });
  expect(sent.status).toBe(302);
  const next = sent.headers.get('location') ?? '';
  const numero = /^\/signalements\/([2-9A-Z]{10})\?recu=1$/.exec(next)?.[1] ?? '';
  const thanks = await (await visitor.get(next)).text();
  expect(thanks).toContain('Merci, votre signalement est bien arrivé');
  expect(thanks).toContain(formatNumero(numero));
  expect(thanks).toContain(`href="/signalements/${numero}"`);
  expect(await rows()).toMatchObject([
    {
      numero,
      lieu_id: lieuId,
      motif: 'horaires',
      message: 'Fermé le mercredi.',
      courriel: null,
      etat: 'ouvert',
      cree_le: NOW,
    },
  ]);

  // A double click, or the page sent again, is the same report.
  const again = await visitor.post(address, { cle, motif: 'horaires', message: 'Fermé le mercredi.' });
  expect(again.headers.get('location')).toBe(next);
  expect(await rows()).toHaveLength(1);
});

test('whoever holds the number sees how far it is and the answer, and nothing of who wrote what where', async () => {
  const numero = await report({ motif: 'autre', message: 'Message à moi', courriel: 'Moi@Exemple.fr ' });
  const visitor = await app.visitor();
  for (const spelling of [
    numero,
    numero.toLowerCase(),
    `${numero.slice(0, 5)}-${numero.slice(5)}`,
    formatNumero(numero),
  ]) {
    const page = await (await visitor.get(`/signalements/${encodeURIComponent(spelling)}`)).text();
    expect(page).toContain('Reçu');
    for (const hidden of ['Message à moi', 'moi@exemple.fr', 'Garonne', lieuId]) expect(page).not.toContain(hidden);
  }
  for (const unknown of ['ABCDEFGHJK', 'AB', numero.replace(/.$/, '!'), `${numero}2`]) {
    expect((await visitor.get(`/signalements/${encodeURIComponent(unknown)}`)).status).toBe(404);
  }
});

test('closing it answers by mail and forgets the address; the page says the same', async () => {
  const numero = await report({ motif: 'telephone', courriel: 'reponse@exemple.fr' });
  const { id } = (await rows()).find((row) => row.numero === numero) ?? { id: 0 };
  const { utilisateurId } = await createPerson(app.db, { departements: ['33'] });
  const moderator = await app.visitor(utilisateurId);
  const decision = { lieu: lieuId, id: String(id), etat: 'traite', reponse: 'Nous avons appelé : c’est corrigé.' };
  expect((await moderator.post('/moderation/signalements', decision)).status).toBe(302);
  const mails = (await listCourriels(app.db, { limit: 10 })).filter(({ a }) => a === 'reponse@exemple.fr');
  expect(mails).toHaveLength(1);
  expect(mails[0]?.texte).toContain('Nous avons appelé : c’est corrigé.');
  expect(mails[0]?.texte).toContain(`/signalements/${numero}`);
  expect((await rows()).find((row) => row.numero === numero)).toMatchObject({ etat: 'traite', courriel: null });
  const page = await (await (await app.visitor()).get(`/signalements/${numero}`)).text();
  expect(page).toContain('Traité');
  expect(page).toContain('Nous avons appelé');
  expect((await moderator.post('/moderation/signalements', decision)).status).toBe(409);
});

test.each<[{ motif: string; message?: string; courriel?: string }, string]>([
  [{ motif: '' }, 'Choisissez ce qui est faux'],
  [{ motif: 'inventé' }, 'Choisissez ce qui est faux'],
  [{ motif: 'autre', message: '  ' }, 'Écrivez en une phrase ce qui est faux'],
  [{ motif: 'horaires', message: 'x'.repeat(2_001) }, 'trop long : 2 000 lettres'],
  [{ motif: 'horaires', courriel: 'moi arobase' }, 'ne ressemble pas à un courriel'],
])('%j is refused, says why, and keeps what was typed', async (typed, sentence) => {
  const before = (await rows()).length;
  const usual = { cle: key(), message: 'À garder <ici>', courriel: 'garde@exemple.fr' };
  const form = { ...usual, ...typed };
  const response = await (await app.visitor()).post(address, form);
  expect(response.status).toBe(422);
  const page = await response.text();
  expect(page).toContain(sentence);
  if (form.message.trim() !== '') expect(page).toContain(form.message.replace(/</g, '&lt;').replace(/>/g, '&gt;'));
  expect(page).toContain(`value="${form.courriel}"`);
  if (form.motif === 'horaires')
    expect(page).toMatch(/<input[^>]*checked=""[^>]*value="horaires"|value="horaires"[^>]*checked=""/);
  expect(await rows()).toHaveLength(before);
});

test('the eleventh in an hour waits, with what was typed on the page and when to come back', async () => {
  for (let n = 0; n < 10; n++) await report({ motif: 'horaires' });
  const form = { cle: key(), motif: 'ferme', message: 'Toujours là' };
  const response = await (await app.visitor()).post(address, form);
  expect(response.status).toBe(429);
  expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0);
  const page = await response.text();
  expect(page).toContain('Toujours là');
  expect(page).toContain('Réessayez dans');
});

test('only what is public is reported; a merged lieu leads to the one it is now', async () => {
  const visitor = await app.visitor();
  const hidden = await createLieu(app.db, { date_maj: '2026-01-02' });
  await app.db.updateTable('lieu').set({ statut: 'masque' }).where('id', '=', hidden.lieuId).execute();
  const merged = await createLieu(app.db, { date_maj: '2026-01-02' });
  const now = { statut: 'fusionne', fusionne_dans: lieuId };
  await app.db.updateTable('lieu').set(now).where('id', '=', merged.lieuId).execute();
  for (const lieu of [hidden.lieuId, 'inconnu', '']) {
    const target = `/signaler?lieu=${encodeURIComponent(lieu)}`;
    expect((await visitor.get(target)).status).toBe(404);
    expect((await visitor.post(target, { cle: key(), motif: 'ferme' })).status).toBe(404);
  }
  expect((await visitor.get('/signaler')).status).toBe(404);
  const led = await visitor.get(`/signaler?lieu=${encodeURIComponent(merged.lieuId)}`);
  expect([led.status, led.headers.get('location')]).toEqual([308, address.replace(/%20/g, '+')]);
});

test('numbers have ten symbols that nobody mistakes, and are read as people write them', () => {
  const numbers = new Set(Array.from({ length: 2_000 }, () => numeroOf(randomBytes(16))));
  expect(numbers.size).toBe(2_000);
  for (const numero of numbers) expect(numero).toMatch(/^[2-9A-HJKMNP-Z]{10}$/);
  expect(readNumero(' abcde fghjk ')).toBe('ABCDEFGHJK');
  expect(readNumero('ABCDE-FGHJK')).toBe('ABCDEFGHJK');
  expect(['', 'ABCDEFGHJ', 'ABCDEFGHJ0', 'ABCDEFGHJI', 'ABCDEFGHJK2'].map(readNumero)).toEqual(Array(5).fill(null));
  expect(() => numeroOf(new Uint8Array(9))).toThrow(RangeError);
});

function key(): string {
  return randomBytes(18).toString('base64url');
}

async function report(form: Record<string, string>): Promise<string> {
  const sent = await (await app.visitor()).post(address, { cle: key(), ...form });
  expect(sent.status).toBe(302);
  return sent.headers.get('location')?.split(/[/?]/)[2] ?? '';
}

function rows() {
  return app.db.selectFrom('signalement').selectAll().orderBy('id').execute();
}
