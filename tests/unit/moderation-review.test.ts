import { expect, test } from 'vitest';
import { draftsOf, isOvertaken, readDecisions, seenName } from '#app/domain/decisions.ts';
import { readDoublonFilters } from '#app/domain/doublons/filtres.ts';
import { storedForWords } from '#app/domain/horaires/store.ts';
import { withFullStop } from '#app/domain/horaires/words.ts';
import { type HorairesLus, textesOfHoraires } from '#app/domain/horaires-lus.ts';
import { describeJournal } from '#app/domain/journal.ts';
import { lieuFrom } from '#app/domain/lieu.ts';
import { emptyEtape, emptyPermanence, type LieuEtPermanences } from '#app/domain/permanences.ts';
import { ignoredFilters, queueSearch, readQueueFilters, risqueOf, scoresOf } from '#app/domain/queue.ts';
import { type ProposedField, reviewItems } from '#app/domain/review.ts';

const lieu: LieuEtPermanences = {
  permanences: [],
  ...lieuFrom({
    id: 'essai/1',
    nom: 'Médiathèque',
    commune: 'Bordeaux',
    code_postal: '33000',
    code_insee: '33063',
    latitude: 44.84,
    longitude: -0.58,
    telephone: '+33556000000',
    services: ['Aider aux démarches administratives'],
    horaires: 'Mo-Fr 09:00-12:00',
  }),
};
const waiting = (
  field: ProposedField['field'],
  after: ProposedField['after'],
  of: LieuEtPermanences = lieu,
): ProposedField => ({
  field,
  before: of[field],
  after,
  live: false,
  decision: null,
  motif: null,
});
const itemsOf = (fields: ProposedField[], of: LieuEtPermanences = lieu) =>
  reviewItems(
    fields,
    of,
    lusOf(
      fields.flatMap(({ field, before, after }) => [before, after].flatMap((value) => textesOfHoraires(field, value))),
    ),
  );

/** As they are kept when a revision is written. */
function lusOf(textes: readonly string[]): HorairesLus {
  return new Map(
    textes.flatMap((texte) => {
      const lus = storedForWords(texte);
      return lus === null ? [] : [[texte, lus]];
    }),
  );
}

function formOf(entries: Record<string, string>, fields: ProposedField[], of: LieuEtPermanences = lieu): FormData {
  const form = new FormData();
  for (const { field } of fields) form.set(seenName(field), JSON.stringify(of[field]));
  for (const [name, value] of Object.entries(entries)) form.set(name, value);
  return form;
}

test('the two coordinates are one thing to decide, with the distance', () => {
  const [item, ...others] = itemsOf([waiting('latitude', 44.841), waiting('longitude', -0.58)]);
  expect(others).toEqual([]);
  expect(item).toMatchObject({ key: 'latitude', fields: ['latitude', 'longitude'], label: 'Position sur la carte' });
  expect(item?.comparison).toEqual({
    kind: 'position',
    before: { latitude: 44.84, longitude: -0.58 },
    after: { latitude: 44.841, longitude: -0.58 },
    metres: 111,
  });
});

test('one coordinate alone is completed by today’s other one; a position from nothing has no distance', () => {
  expect(itemsOf([waiting('longitude', -0.579)])[0]?.comparison).toMatchObject({
    after: { latitude: 44.84, longitude: -0.579 },
    metres: 79,
  });
  const nowhere = { ...lieu, latitude: null, longitude: null };
  const [item] = itemsOf([waiting('latitude', 44.84, nowhere), waiting('longitude', -0.58, nowhere)], nowhere);
  expect(item?.comparison).toMatchObject({ before: null, metres: null });
});

test('hours are two readable weeks in which the days that changed are marked', () => {
  const [item] = itemsOf([waiting('horaires', 'Mo,We-Fr 09:00-12:00; Tu 14:00-17:00; PH off')]);
  const { comparison } = item ?? {};
  if (comparison?.kind !== 'horaires') throw new Error('a week was expected');
  expect(comparison.after.days.filter(({ changed }) => changed).map(({ nom }) => nom)).toEqual(['Mardi']);
  expect(comparison.before.days.filter(({ changed }) => changed).map(({ nom }) => nom)).toEqual(['Mardi']);
  expect(comparison.after.precisions).toEqual(['Fermé les jours fériés.']);
});

test('hours that are not understood are shown as they are written', () => {
  const [item] = itemsOf([waiting('horaires', 'quand il fait beau')]);
  expect(item?.comparison).toMatchObject({
    kind: 'horaires',
    after: { understood: false, text: 'quand il fait beau', days: [] },
  });
});

test('lists are told by what comes and goes, in the words that people read', () => {
  const [item] = itemsOf([
    waiting('modalites_acces', ['Se présenter'], { ...lieu, modalites_acces: ['Contacter par mail'] }),
  ]);
  expect(item?.comparison).toEqual({
    kind: 'liste',
    kept: [],
    removed: ['Écrire un courriel'],
    added: ['Venir sur place'],
  });
});

test('a stop that only moved on the map is a change, said with both positions', () => {
  const stop = (latitude: number | null) => ({
    ...emptyPermanence('0000000a'),
    horaires: 'We 09:30-12:00',
    etape: { ...emptyEtape(), nom: 'Place du marché', latitude, longitude: latitude && -0.2487 },
  });
  const lignesOf = (before: number | null, after: number | null) => {
    const [item] = itemsOf([waiting('permanences', [stop(after)], { ...lieu, permanences: [stop(before)] })]);
    if (item?.comparison.kind !== 'permanences') throw new Error('no comparison of permanences');
    const text = (pieces: readonly { text: string }[]) => pieces.map((piece) => piece.text).join('');
    return item.comparison.lignes.map((line) => [line.etat, text(line.before), text(line.after)]);
  };
  expect(lignesOf(44.5541, 44.56)).toEqual([
    [
      'changee',
      expect.stringMatching(/marché\. Position : 44,5541 ; -0,2487\.$/),
      expect.stringMatching(/marché\. Position : 44,56 ; -0,2487\.$/),
    ],
  ]);
  expect(lignesOf(null, 44.56)[0]?.[0]).toBe('changee');
  expect(lignesOf(44.56, 44.56)[0]?.[0]).toBe('gardee');
});

test('a moderator is told of a premium number, a new domain, and gets only links that a browser opens as pages', () => {
  expect(itemsOf([waiting('telephone', '+33892700000')])[0]?.alertes).toHaveLength(1);
  expect(itemsOf([waiting('telephone', '+33556111111')])[0]?.alertes).toEqual([]);
  const [site] = itemsOf([waiting('site_web', ['https://nouveau.fr/a', 'javascript:alert(1)'])]);
  expect(site?.alertes[0]).toContain('nouveau.fr');
  expect(site?.liens).toEqual(['https://nouveau.fr/a']);
});

test.each([
  ['waiting, nothing moved', false, 'Médiathèque', null, null],
  ['waiting, moved elsewhere', false, 'Autre', 'Autre', /Accepter remplacera/],
  ['waiting, already so', false, 'Nouveau', 'Nouveau', /déjà la valeur/],
  ['live, nothing moved', true, 'Nouveau', null, null],
  ['live, moved since', true, 'Autre', 'Autre', /ne change plus la fiche/],
])('today’s value: %s', (_, live, nom, today, effect) => {
  const now = { ...lieu, nom };
  const [item] = itemsOf([{ ...waiting('nom', 'Nouveau'), live }], now);
  expect(item?.today).toBe(today);
  if (effect === null) expect(item?.effect).toBeNull();
  else expect(item?.effect).toMatch(effect);
});

test('decisions are read field by field, with what the page showed; undecided fields stay open', () => {
  const fields = [
    waiting('nom', 'Nouveau'),
    waiting('adresse', '1 Rue Neuve'),
    waiting('latitude', 44.85),
    waiting('longitude', -0.5),
  ];
  const form = formOf(
    {
      'decision.nom': 'acceptee',
      'decision.adresse': '',
      'decision.latitude': 'refusee',
      'raison.latitude': 'Trop loin.',
      'motif.latitude': ' Vérifiez. ',
    },
    fields,
  );
  expect(readDecisions(form, itemsOf(fields))).toEqual({
    ok: true,
    decisions: [
      { field: 'nom', decision: 'acceptee', motif: null, seen: 'Médiathèque' },
      { field: 'latitude', decision: 'refusee', motif: 'Trop loin. Vérifiez.', seen: 44.84 },
      { field: 'longitude', decision: 'refusee', motif: 'Trop loin. Vérifiez.', seen: -0.58 },
    ],
  });
});

test('“accept all” decides every open field, whatever the single choices; decided ones are left alone', () => {
  const fields = [waiting('nom', 'Nouveau'), { ...waiting('adresse', '1 Rue Neuve'), decision: 'refusee' as const }];
  const form = formOf({ tout: 'acceptee', 'decision.nom': 'refusee', 'decision.adresse': 'acceptee' }, fields);
  expect(readDecisions(form, itemsOf(fields))).toMatchObject({
    ok: true,
    decisions: [{ field: 'nom', decision: 'acceptee' }],
  });
});

test.each<[string, Record<string, string>, string]>([
  ['nothing decided', {}, 'tout'],
  ['a refusal without a reason', { 'decision.nom': 'refusee', 'motif.nom': '  ' }, 'nom'],
  ['a refusal of all without a reason', { tout: 'refusee', 'motif.nom': 'Oui' }, 'tout'],
  ['a reason that is too long', { 'decision.nom': 'refusee', 'motif.nom': 'a'.repeat(1001) }, 'nom'],
  ['a decision that does not exist', { 'decision.nom': 'peut-être' }, 'tout'],
])('%s is refused with a sentence, and what was typed is kept', (_, entries, key) => {
  const fields = [waiting('nom', 'Nouveau')];
  const form = formOf(entries, fields);
  const read = readDecisions(form, itemsOf(fields));
  expect(read).toMatchObject({ ok: false, errors: { [key]: expect.stringMatching(/\p{L}/u) } });
  expect(draftsOf(form, itemsOf(fields)).nom?.motif).toBe(entries['motif.nom'] ?? '');
});

test('a decision on what somebody else decided since the page was shown is seen, one on the rest is not', () => {
  const fields = [waiting('nom', 'Nouveau'), waiting('adresse', '1 Rue Neuve')];
  const now = itemsOf([{ ...waiting('nom', 'Nouveau'), decision: 'acceptee' }, waiting('adresse', '1 Rue Neuve')]);
  expect(isOvertaken(formOf({ 'decision.nom': 'refusee', 'decision.adresse': 'acceptee' }, fields), now)).toBe(true);
  expect(isOvertaken(formOf({ tout: 'refusee' }, fields), now)).toBe(true);
  expect(isOvertaken(formOf({ 'decision.nom': '', 'decision.adresse': 'acceptee' }, fields), now)).toBe(false);
  const shownLater = formOf({ tout: 'acceptee' }, [waiting('adresse', '1 Rue Neuve')]);
  expect(isOvertaken(shownLater, now)).toBe(false);
});

test('commune, postcode and INSEE code are decided together', () => {
  const fields = [waiting('commune', 'Pessac'), waiting('code_postal', '33600'), waiting('code_insee', '33318')];
  const half = formOf({ 'decision.commune': 'acceptee' }, fields);
  expect(readDecisions(half, itemsOf(fields))).toMatchObject({
    ok: false,
    errors: { commune: expect.stringContaining('vont ensemble') },
  });
  const whole = formOf({ tout: 'acceptee' }, fields);
  expect(readDecisions(whole, itemsOf(fields))).toMatchObject({ ok: true });
});

test('a page that does not say what it showed conflicts with any value instead of passing', () => {
  const fields = [waiting('nom', 'Nouveau')];
  const form = formOf({ 'decision.nom': 'acceptee', [seenName('nom')]: '{"x":' }, fields);
  expect(readDecisions(form, itemsOf(fields))).toMatchObject({ ok: true, decisions: [{ seen: null }] });
});

test('filters survive the way through an address; what means nothing is named', () => {
  const filters = { departement: '2A', risque: 'eleve', jours: 7 } as const;
  expect(readQueueFilters(new URLSearchParams(queueSearch(filters)))).toEqual(filters);
  expect(queueSearch({ departement: null, risque: null, jours: null })).toBe('');
  const odd = new URLSearchParams('departement=33%27&risque=grave&jours=-1&page=2&utm_source=x');
  expect(readQueueFilters(odd)).toEqual({ departement: null, risque: null, jours: null });
  expect(ignoredFilters(odd, readQueueFilters(odd))).toEqual(['departement', 'risque', 'jours']);
  const empty = new URLSearchParams('departement=&risque=');
  expect(ignoredFilters(empty, readQueueFilters(empty))).toEqual([]);
  const nowhere = new URLSearchParams('departement=00&certitude=probable');
  expect(readDoublonFilters(nowhere)).toEqual({ departement: null, certitude: 'probable' });
  expect(ignoredFilters(nowhere, readDoublonFilters(nowhere))).toEqual(['departement']);
});

test('every score is of exactly one risk', () => {
  for (let score = 0; score <= 100; score++) {
    const { from, below } = scoresOf(risqueOf(score));
    expect(score >= from && (below === null || score < below)).toBe(true);
  }
});

const NOTHING_READ: HorairesLus = new Map();

test('the journal is told in French, also what this version does not know', () => {
  expect(
    describeJournal(
      'modification',
      {
        en_ligne: [{ champ: 'telephone', avant: null, apres: '+33556111111' }],
        en_attente: [{ champ: 'modalites_acces', avant: ['Se présenter'], apres: [] }],
      },
      NOTHING_READ,
    ),
  ).toEqual({
    verbe: 'a modifié la fiche',
    details: [
      { label: 'Téléphone', sentence: 'rien devient «\u00a0+33556111111\u00a0», en ligne aussitôt' },
      { label: 'Comment venir', sentence: '«\u00a0Venir sur place\u00a0» devient rien, en attente de relecture' },
    ],
  });
  expect(
    describeJournal('decision', { decisions: [{ champ: 'nom', decision: 'refusee', motif: 'Non.' }] }, NOTHING_READ)
      .details,
  ).toEqual([{ label: 'Nom du lieu', sentence: 'à corriger, raison\u00a0: «\u00a0Non.\u00a0»' }]);
  expect(describeJournal('rattachement_demande', 12, NOTHING_READ).verbe).toContain('rattachement demande');
  expect(describeJournal('modification', null, NOTHING_READ).details).toEqual([]);
});

test('permanences are told by their hours as they were read, and by their text where nobody has read it', () => {
  const mardi = { ...emptyPermanence('0000000a'), horaires: 'Tu 09:00-12:00' };
  const detail = { en_ligne: [{ champ: 'permanences', avant: [], apres: [mardi] }] };
  const sentence = (lus: HorairesLus) => describeJournal('modification', detail, lus).details[0]?.sentence;
  expect(sentence(lusOf(['Tu 09:00-12:00']))).toContain('Mardi\u00a0: 9\u00a0h\u00a0–\u00a012\u00a0h.');
  expect(sentence(NOTHING_READ)).toContain('«\u00a0Tu 09:00-12:00\u00a0».');
  const item = reviewItems([waiting('permanences', [mardi])], lieu, NOTHING_READ)[0];
  expect(item?.comparison).toMatchObject({ lignes: [{ after: [{ text: '«\u00a0Tu 09:00-12:00\u00a0».' }] }] });
});

test('a value that ends with a full stop gets no second one', () => {
  expect(['au quotidien.', 'au quotidien', 'Pourquoi ?'].map(withFullStop)).toEqual([
    'au quotidien.',
    'au quotidien.',
    'Pourquoi ?',
  ]);
});
