import { Schema } from 'tableschema';
import { expect, test, vi } from 'vitest';
import { isSansPublic } from '#app/domain/aide.ts';
import { validateLieu } from '#app/domain/lieu.ts';
import { readPermanences } from '#app/domain/permanences-form.ts';
import { FIELDS, tableSchema } from '#app/domain/standard.ts';
import { DEPARTEMENTS } from '#app/domain/territoire.ts';
import { loadCommunes } from '#app/reference/communes.ts';
import { lieuColumns } from '#db/lieux.ts';
import { DEMO_LIEUX, makeDemoPermanences, makeDemoSet } from '#scripts/demo.ts';

vi.setConfig({ testTimeout: 60_000 });

const TODAY = '2026-03-15';
const communes = loadCommunes();
const { lieux, garonne, pas } = makeDemoSet(communes, TODAY);
const writings = lieux.map((lieu) => lieuColumns(lieu, { communes, now: new Date(TODAY), today: TODAY }));
const incomplete = new Set(lieux.filter(({ adresse, code_postal }) => !adresse || !code_postal).map(({ id }) => id));

test('the set is the same every time', () => {
  expect(makeDemoSet(communes, TODAY).lieux).toEqual(lieux);
});

test('3,000 lieux with ids of their own, in every département where someone lives, overseas included', () => {
  expect(lieux).toHaveLength(DEMO_LIEUX);
  expect(new Set(lieux.map(({ id }) => id)).size).toBe(DEMO_LIEUX);
  const counts = new Map<string, number>();
  for (const { columns } of writings) {
    const departement = columns.departement ?? '';
    counts.set(departement, (counts.get(departement) ?? 0) + 1);
  }
  const uninhabited = ['984', '989'];
  const expected = DEPARTEMENTS.map(({ code }) => code).filter((code) => !uninhabited.includes(code));
  expect([...counts.keys()].sort()).toEqual(expected.sort());
  expect(counts.get('59')).toBeGreaterThan(100);
  expect(counts.get('48')).toBeLessThan(15);
});

test('every lieu obeys the standard, but for what the lieux to complete lack', () => {
  const errors = lieux.flatMap((lieu) =>
    validateLieu(lieu, { today: TODAY })
      .filter(({ field, value }) => !(value === '' && (field === 'pivot' || incomplete.has(lieu.id))))
      .map(({ field, value, message }) => `${lieu.id} ${field} « ${value} » ${message}`),
  );
  expect(errors).toEqual([]);
  expect(incomplete.size).toBeGreaterThan(15);
  expect(incomplete.size).toBeLessThan(60);
});

test('tableschema, with anchored patterns, finds no error in any of them', async () => {
  const schema = await Schema.load(tableSchema());
  for (const lieu of lieux.filter(({ id }) => !incomplete.has(id))) {
    const row = FIELDS.map(({ name }) => {
      const value = name === 'pivot' ? (lieu.pivot ?? '0'.repeat(14)) : lieu[name];
      return Array.isArray(value) ? value.join('|') : value === null ? '' : String(value);
    });
    expect(() => schema.castRow(row)).not.toThrow();
  }
});

test('names are not repeated within a commune', () => {
  const names = lieux.map(({ nom, code_insee }) => `${nom} ${code_insee}`);
  expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
});

test('nobody can be called or written to: telephone ranges kept for fiction, mail at exemple.fr', () => {
  const fiction = /^\+33(?:19900|26191|35301|46571|53649|63998)\d{4}$/;
  const overseas = /^\+(?:590590|594594|596596|26226[29]|50800|68100|6894000|68700)\d{4,8}$/;
  for (const { telephone, courriels } of lieux) {
    if (telephone !== null) expect(fiction.test(telephone) || overseas.test(telephone), telephone).toBe(true);
    for (const courriel of courriels) expect(courriel).toMatch(/\.exemple\.fr$/);
  }
});

test('hours are of all sorts: usual, dated, by appointment, none, unreadable', () => {
  const states = new Map<string, number>();
  const count = (key: string) => states.set(key, (states.get(key) ?? 0) + 1);
  for (const { columns, ouvertures } of writings) {
    count(columns.horaires_etat);
    if (ouvertures.length > 0) count('daté');
    if (columns.horaires?.includes('week 1-53/2')) count('semaines impaires');
    if (columns.horaires?.includes('PH off')) count('fermé les jours fériés');
    if (columns.horaires?.includes('sur rendez-vous')) count('sur rendez-vous');
  }
  for (const [key, least] of [
    ['vide', 200],
    ['lu', 2000],
    ['illisible', 5],
    ['daté', 50],
    ['semaines impaires', 15],
    ['fermé les jours fériés', 500],
    ['sur rendez-vous', 20],
  ] as const) {
    expect(states.get(key) ?? 0, key).toBeGreaterThanOrEqual(least);
  }
});

test('almost all lieux are on the map; some have no coordinates, none has half of them', () => {
  const without = lieux.filter(({ latitude }) => latitude === null);
  expect(without.length).toBeGreaterThan(10);
  expect(without.length).toBeLessThan(150);
  expect(lieux.filter(({ latitude, longitude }) => (latitude === null) !== (longitude === null))).toEqual([]);
});

test('a few lieux receive nobody: they can be called, and nobody is sent there', () => {
  const closed = lieux.filter(({ modalites_acces }) => isSansPublic(modalites_acces));
  expect(closed.length).toBeGreaterThan(1);
  const permanences = makeDemoPermanences({ lieux, garonne }, { communes, today: TODAY });
  for (const { id, telephone, modalites_acces } of closed) {
    expect([telephone !== null, modalites_acces.includes('Se présenter'), permanences.has(id)]).toEqual([
      true,
      false,
      false,
    ]);
  }
});

test('two structures have several lieux, one around Bordeaux', () => {
  expect(garonne.lieux.length).toBeGreaterThan(3);
  expect(pas.lieux.length).toBeGreaterThan(3);
  expect(garonne.lieux.every(({ code_postal }) => code_postal?.startsWith('33'))).toBe(true);
});

test('about one lieu in seven has permanences, right as a form would have them, of dispositifs that it has; some are tournées', () => {
  const permanences = makeDemoPermanences({ lieux, garonne }, { communes, today: TODAY });
  expect(makeDemoPermanences({ lieux, garonne }, { communes, today: TODAY })).toEqual(permanences);
  expect(permanences.size / lieux.length).toBeGreaterThan(0.12);
  expect(permanences.size / lieux.length).toBeLessThan(0.18);
  const wrong = lieux.flatMap((lieu) => {
    const own = permanences.get(lieu.id) ?? [];
    const reading = readPermanences(own, { communes });
    if (!reading.ok) return reading.errors.map(({ field, message }) => `${lieu.id} ${field} ${message}`);
    expect(reading.permanences).toEqual(own);
    return own.flatMap(({ dispositif }) =>
      dispositif === null || lieu.dispositif_programmes_nationaux.includes(dispositif)
        ? []
        : [`${lieu.id} ${dispositif}`],
    );
  });
  expect(wrong).toEqual([]);
  const tournees = [...permanences.values()].filter((own) => own.some(({ etape }) => etape !== null));
  expect(tournees.length).toBeGreaterThan(5);
});
