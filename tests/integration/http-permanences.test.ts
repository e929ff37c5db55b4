import { afterAll, beforeAll, expect, test } from 'vitest';
import { emptyEtape, emptyPermanence, type Permanence } from '#app/domain/permanences.ts';
import { bookSlot } from '#db/rendez-vous/reservations.ts';
import { entriesOfHtml } from '#tests/support/form-inputs.ts';
import { type HttpApp, startHttp, type Visitor } from '#tests/support/http.ts';
import { createAgenda, NOW, wish } from './rendez-vous.factory.ts';

/** A Tuesday, nine in the morning in Paris. */
const BOOKED = new Date('2026-06-02T07:00:00Z');
const MORNINGS: Permanence = { ...emptyPermanence('0000000a'), horaires: 'Mo-Fr 09:00-12:00' };
const SAID = '1 rendez-vous déjà pris tomberait quand c’est fermé';

let app: HttpApp;
beforeAll(async () => {
  app = await startHttp({}, NOW);
});
afterAll(() => app?.close());

/** A lieu with permanences where somebody has booked, and its gestionnaire at the form of the first. */
async function openForm(permanences: readonly Permanence[]) {
  const agenda = await createAgenda(app.db);
  await app.db
    .updateTable('lieu')
    .set({ permanences: JSON.stringify(permanences) })
    .where('id', '=', agenda.lieuId)
    .execute();
  await bookSlot(app.db, wish(agenda, BOOKED));
  const visitor = await app.visitor(agenda.utilisateurId);
  const path = `/espace/lieux/${encodeURIComponent(agenda.lieuId)}/permanences/0000000a`;
  return { visitor, path, lieuId: agenda.lieuId };
}

/** Sends the form as the page shows it, some inputs filled in otherwise. */
async function send(
  { visitor, path }: { visitor: Visitor; path: string },
  changes: Record<string, string>,
  page?: string,
) {
  const html = page ?? (await (await visitor.get(path)).text());
  const form = html.slice(html.indexOf('class="horaires-form"'));
  const entries = entriesOfHtml(form.slice(0, form.indexOf('</form>')));
  const body = new URLSearchParams(entries.filter(([name]) => !(name in changes)));
  for (const [name, value] of Object.entries(changes)) body.append(name, value);
  const answer = await visitor.post(path, body);
  return { status: answer.status, page: (await answer.text()).replaceAll('\u00a0', ' ') };
}

async function storedHours(lieuId: string): Promise<unknown> {
  const row = await app.db.selectFrom('lieu').select('permanences').where('id', '=', lieuId).executeTakeFirstOrThrow();
  return row.permanences;
}

test('hours of a permanence that leave a booked appointment outside are said before they are saved, and saved once confirmed', async () => {
  const opened = await openForm([MORNINGS]);
  const afternoon = { 'jour.1.0.debut': '14:00', 'jour.1.0.fin': '17:00' };
  const told = await send(opened, { ...afternoon, intent: 'enregistrer' });
  expect(told.status).toBe(409);
  expect(told.page).toContain(SAID);
  expect(told.page).toContain('mardi 2 juin');
  expect(await storedHours(opened.lieuId)).toMatchObject([{ horaires: 'Mo-Fr 09:00-12:00' }]);
  const kept = Object.fromEntries(entriesOfHtml(told.page));
  expect(kept['jour.1.0.debut']).toBe('14:00');

  const confirmed = await send(opened, { intent: 'enregistrer-quand-meme' }, told.page);
  expect(confirmed.status).toBe(302);
  expect(await storedHours(opened.lieuId)).not.toMatchObject([{ horaires: 'Mo-Fr 09:00-12:00' }]);
});

test('taking a permanence out, or elsewhere, names the appointments within it', async () => {
  const opened = await openForm([MORNINGS]);
  const removal = await send(opened, { intent: 'supprimer' });
  expect(removal.page).toContain('Supprimer cette permanence');
  expect(removal.page).toContain('Ils ne sont pas annulés');
  expect(removal.page).toContain('mardi 2 juin');
  const stop = {
    ou: 'ailleurs',
    'etape.nom': 'Place du marché',
    'etape.commune': 'Langon',
    'etape.code_postal': '33210',
  };
  const moved = await send(opened, { ...stop, intent: 'enregistrer' });
  expect([moved.status, moved.page.includes(SAID)]).toEqual([409, true]);
});

test('nothing is asked where another permanence holds the appointment, nor for a stop elsewhere, nor where it stays within', async () => {
  const afternoon = { 'jour.1.0.debut': '14:00', 'jour.1.0.fin': '17:00', intent: 'enregistrer' };
  const other: Permanence = { ...emptyPermanence('0000000b'), horaires: 'Tu 09:00-10:00' };
  expect((await send(await openForm([MORNINGS, other]), afternoon)).status).toBe(302);
  const langon = {
    ...emptyEtape(),
    nom: 'Place du marché',
    commune: 'Langon',
    code_postal: '33210',
    code_insee: '33227',
  };
  expect((await send(await openForm([{ ...MORNINGS, etape: langon }]), afternoon)).status).toBe(302);
  const shorter = { 'jour.1.0.debut': '09:00', 'jour.1.0.fin': '10:00', intent: 'enregistrer' };
  expect((await send(await openForm([MORNINGS]), shorter)).status).toBe(302);
});
