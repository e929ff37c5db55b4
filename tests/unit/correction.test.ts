import { describe, expect, test } from 'vitest';
import { correctLigne } from '#app/domain/correction/ligne.ts';
import type { LieuTexts } from '#app/domain/lieu.ts';
import type { FieldName } from '#app/domain/standard.ts';
import { loadCommunes } from '#app/reference/communes.ts';

const context = { communes: loadCommunes(), today: '2026-11-23', unreviewed: true };

const RIGHT: LieuTexts = {
  id: 'a1',
  pivot: '00000000000000',
  nom: 'Médiathèque',
  commune: 'Reims',
  code_postal: '51100',
  adresse: '12 rue de Vesle',
  date_maj: '2024-04-02',
  services: 'Aide aux démarches administratives',
};

function correct(change: LieuTexts) {
  return correctLigne({ ...RIGHT, ...change }, context);
}

/** What the field becomes, and what is said of it. */
function outcome(field: FieldName, text: string, rest: LieuTexts = {}) {
  const { lieu, remarques } = correct({ ...rest, [field]: text });
  const value = lieu[field];
  const said = remarques.filter((remarque) => remarque.champ === field).map((remarque) => remarque.verdict);
  return { value: Array.isArray(value) ? value.join('|') : value, said: [...new Set(said)].join('+') };
}

test('a right row has nothing to say', () => {
  expect(correct({})).toMatchObject({ verdict: 'public', manquants: [], remarques: [] });
});

test('a row without services is public: the schema does not require them', () => {
  expect(correct({ services: '' }).verdict).toBe('public');
});

const mended: [FieldName, string, string | number, LieuTexts?][] = [
  ['telephone', '0475582913', '+33475582913'],
  ['telephone', '04 75 58 29 13', '+33475582913'],
  ['telephone', '04.75.58.29.13', '+33475582913'],
  ['telephone', '04-75-58-29-13', '+33475582913'],
  ['telephone', '04/75/58/29/13', '+33475582913'],
  ['telephone', '475582913', '+33475582913'],
  ['telephone', '33475582913', '+33475582913'],
  ['telephone', '0033475582913', '+33475582913'],
  ['telephone', '+33 (0)4 75 58 29 13', '+33475582913'],
  ['telephone', '+330475582913', '+33475582913'],
  ['telephone', "'+33 4 76 03 27 74", '+33476032774'],
  ['telephone', 'Tél. : 04 75 58 29 13', '+33475582913'],
  ['telephone', '05.55.100.100', '+33555100100'],
  ['telephone', '04 26 99 72 60 / 06 42 45 30 25', '+33426997260'],
  ['telephone', '0450950700 Poste 152', '+33450950700'],
  ['telephone', '0590 25 36 25', '+590590253625', { code_postal: '97129', commune: 'Lamentin' }],
  ['telephone', '0690 23 01 36', '+590690230136', { code_postal: '97133', commune: 'Saint-Barthélemy' }],
  ['telephone', '0596 65 24 35', '+596596652435', { code_postal: '97215', commune: 'Rivière-Salée' }],
  ['telephone', '0694 31 03 44', '+594694310344', { code_postal: '97300', commune: 'Cayenne' }],
  ['telephone', '0262 59 39 85', '+262262593985', { code_postal: '97430', commune: 'Le Tampon' }],
  ['telephone', '0269 60 12 82', '+262269601282', { code_postal: '97615', commune: 'Pamandzi' }],
  ['telephone', '+269269601282', '+262269601282', { code_postal: '97615', commune: 'Pamandzi' }],
  ['telephone', '0612345678', '+33612345678', { code_postal: '97430', commune: 'Le Tampon' }],
  ['telephone', '41 23 45', '+508412345', { code_postal: '97500', commune: 'Saint-Pierre' }],
  ['telephone', '26 54 32', '+687265432', { code_postal: '98800', commune: 'Nouméa' }],
  ['telephone', '40 50 60 70', '+68940506070', { code_postal: '98714', commune: 'Papeete' }],
  ['telephone', '72 12 34', '+681721234', { code_postal: '98600', commune: 'Uvea' }],
  ['date_maj', '02/04/2024', '2024-04-02'],
  ['date_maj', '2/4/2024', '2024-04-02'],
  ['date_maj', '02-04-2024', '2024-04-02'],
  ['date_maj', '02.04.2024', '2024-04-02'],
  ['date_maj', '21/09/2021 14:05:14', '2021-09-21'],
  ['date_maj', '2020/06/30 14:16:50.898', '2020-06-30'],
  ['date_maj', '2024-04-02T10:30:00.000Z', '2024-04-02'],
  ['date_maj', '20240402', '2024-04-02'],
  ['date_maj', '1er février 2024', '2024-02-01'],
  ['code_postal', '1000', '01000', { commune: 'Bourg-en-Bresse' }],
  ['code_postal', '51 100', '51100'],
  ['code_postal', 'F-51100', '51100'],
  ['code_postal', '51100.0', '51100'],
  ['code_insee', '1053', '01053', { commune: 'Bourg-en-Bresse', code_postal: '01000' }],
  ['code_insee', '2a004', '2A004', { commune: 'Ajaccio', code_postal: '20000' }],
  ['code_insee', '20004', '2A004', { commune: 'Ajaccio', code_postal: '20000' }],
  ['latitude', '49,2577', 49.2577, { longitude: '4,0317' }],
  ['latitude', '49°15\'27.7"N', 49.257694, { longitude: '4°01\'54.1"E' }],
  ['latitude', '4.0317', 49.2577, { longitude: '49.2577' }],
  ['pivot', '43 493 312 300 029', '43493312300029'],
  ['pivot', '2 613 009 410 018', '02613009410018'],
  ['pivot', '0123456.001', '0123456001', { commune: 'Nouméa', code_postal: '98800' }],
  ['commune', '', 'Reims', { code_insee: '51454' }],
  ['commune', '', 'Paris', { code_insee: '75112', code_postal: '75012' }],
  ['commune', '', 'Soissons', { code_postal: '02200', code_insee: '02722' }],
  ['commune', '', 'Marseille', { code_postal: '13011' }],
  ['commune', 'MARSEILLE 11', 'Marseille', { code_postal: '13011' }],
  ['commune', 'NANCY CEDEX', 'Nancy', { code_postal: '54042' }],
  ['commune', 'BOUIRGES', 'Bourges', { code_postal: '18000' }],
  [
    'services',
    'Aide aux démarches administratives;Loisirs et créations numériques',
    'Aide aux démarches administratives|Loisirs et créations numériques',
  ],
  [
    'services',
    'Aide aux démarches administratives, Loisirs et créations numériques',
    'Aide aux démarches administratives|Loisirs et créations numériques',
  ],
  ['services', 'Comprehension du monde numérique', 'Compréhension du monde numérique'],
  ['services', 'COMPRÉHENSION DU MONDE NUMÉRIQUE', 'Compréhension du monde numérique'],
  ['services', 'Aide aux démarches administratives|', 'Aide aux démarches administratives'],
  ['services', 'Aide aux démarches administratives'.normalize('NFD'), 'Aide aux démarches administratives'],
  ['services', 'Aide aux dÃ©marches administratives', 'Aide aux démarches administratives'],
  ['services', 'Loisirs et créations numériques|Loisirs et créations numériques', 'Loisirs et créations numériques'],
  ['modalites_acces', 'Ce lieu n’accueille pas de public', "Ce lieu n'accueille pas de public"],
  ['modalites_accompagnement', "Dans un atelier collectif : j'apprends collectivement", 'Dans un atelier collectif'],
  ['modalites_accompagnement', 'À distance (par téléphone ou en visioconférence)', 'À distance'],
  ['formations_labels', 'Étapes numériques (La Poste)', 'Étapes numériques(La Poste)'],
  ['dispositif_programmes_nationaux', 'Point d’accès numérique CAF', "Point d'accès numérique CAF"],
  ['frais_a_charge', 'gratuit', 'Gratuit'],
  ['typologie', 'asso', 'ASSO'],
  ['typologie', 'Association', 'ASSO'],
  ['courriels', 'mailto:accueil@reims.fr', 'accueil@reims.fr'],
  ['courriels', ' accueil @ reims.fr ', 'accueil@reims.fr'],
  ['courriels', 'accueil[at]reims.fr', 'accueil@reims.fr'],
  ['courriels', 'accueil@reims,fr', 'accueil@reims.fr'],
  ['courriels', 'Accueil <accueil@reims.fr>', 'accueil@reims.fr'],
  ['courriels', 'accueil@reims.fr.', 'accueil@reims.fr'],
  ['courriels', 'a@reims.fr ; b@reims.fr', 'a@reims.fr|b@reims.fr'],
  ['courriels', 'a@reims.fr b@reims.fr', 'a@reims.fr|b@reims.fr'],
  ['site_web', 'www.reims.fr', 'https://www.reims.fr'],
  ['site_web', 'reims.fr/page', 'https://reims.fr/page'],
  ['site_web', 'htpp://www.reims.fr', 'http://www.reims.fr'],
  ['site_web', 'http:/www.reims.fr', 'http://www.reims.fr'],
  ['site_web', 'https//www.reims.fr', 'https://www.reims.fr'],
  ['site_web', 'http://http://www.reims.fr', 'http://www.reims.fr'],
  ['site_web', 'http://https://www.reims.fr', 'https://www.reims.fr'],
  ['site_web', 'https:\\\\www.reims.fr\\', 'https://www.reims.fr/'],
  ['site_web', 'https://www.reims.fr/?a=1&amp;b=2', 'https://www.reims.fr/?a=1&b=2'],
  ['site_web', 'https://reims.fr ou http://facebook.com/reims', 'https://reims.fr|http://facebook.com/reims'],
  ['horaires', 'du lundi au vendredi 9h-12h', 'Mo-Fr 09:00-12:00'],
  ['nom', '  Médiathèque  ', 'Médiathèque'],
  ['nom', 'Les restos du c\u009cur', 'Les restos du cœur'],
  ['nom', 'Centre Social &amp; Culturel', 'Centre Social & Culturel'],
  ['nom', 'M\u0000édiathèque\u200b', 'Médiathèque'],
  ['nom', 'Médi\u00adathèque', 'Médiathèque'],
  ['adresse', '1 rue Haute\n51100 Reims', '1 rue Haute 51100 Reims'],
  ['presentation_detail', '<p>Bonjour<br>à tous</p><script>alert(1)</script>', 'Bonjour\nà tous'],
];

test.each(mended)('%s « %s » is mended to « %s », and that is said', (field, text, value, rest) => {
  expect(outcome(field, text, rest)).toEqual({ value, said: 'corrige' });
});

const leftOut: [FieldName, string, LieuTexts?][] = [
  ['pivot', '4349'],
  ['pivot', 'abcdefghijklmn'],
  ['pivot', '0123456.001'],
  ['pivot', '4,34933E+13'],
  ['pivot', '43493312300028'],
  ['pivot', '1'],
  ['telephone', '3230'],
  ['telephone', '39.6'],
  ['telephone', '3,31E+10'],
  ['telephone', '+33 8 92 12 34 56'],
  ['telephone', '0892123456'],
  ['telephone', '+3312345678'],
  ['telephone', '+4912345678'],
  ['telephone', 'NC'],
  ['telephone', '-'],
  ['courriels', 'pas un mail'],
  ['courriels', 'a@b'],
  ['courriels', 'é@reims.fr'],
  ['courriels', 'jean dupont@reims.fr'],
  ['site_web', 'htp:/nimporte quoi'],
  ['site_web', 'javascript:alert(1)'],
  ['site_web', 'ftp://reims.fr'],
  ['site_web', 'accueil@reims.fr'],
  ['site_web', 'http://localhost/a'],
  ['site_web', 'http://192.168.0.1/'],
  ['site_web', 'https://moi:secret@reims.fr/'],
  ['site_web', 'oui'],
  ['fiche_acces_libre', 'oui'],
  ['fiche_acces_libre', 'https://www.reims.fr/'],
  ['prise_rdv', 'sur place'],
  ['typologie', 'BANANE'],
  ['itinerance', 'Parfois'],
  ['services', 'Réparation de vélos'],
  ['code_insee', '75056'],
  ['code_insee', '20004'],
  ['code_insee', '99999'],
  ['latitude', 'abc', { longitude: '4.03' }],
  ['latitude', '49.25'],
  ['latitude', '0', { longitude: '0' }],
  ['latitude', '43.52609', { longitude: '5.41423' }],
  ['latitude', '51.5', { longitude: '-0.12' }],
  ['latitude', '14.6', { longitude: '-61.06' }],
  ['latitude', '48858370', { longitude: '2294481' }],
  ['longitude', '1,2,3', { latitude: '49.25' }],
  ['complement_adresse', '   '],
  ['presentation_resume', 'é'.repeat(281), { presentation_detail: 'déjà là' }],
  ['complement_adresse', 'x'.repeat(301)],
];

test.each(leftOut)('%s « %s » has no clear meaning: it is left out, and that is said', (field, text, rest) => {
  const { value, said } = outcome(field, text, rest);
  expect(value === null || value === '').toBe(true);
  expect(said).toBe('ignore');
  expect(correct({ ...rest, [field]: text }).verdict).toBe('public');
});

const missing: [FieldName, string, LieuTexts?][] = [
  ['date_maj', '2024-13-45'],
  ['date_maj', '2024-02-30'],
  ['date_maj', '31/02/2024'],
  ['date_maj', '2099-01-01'],
  ['date_maj', '0001-01-01'],
  ['date_maj', '45384'],
  ['date_maj', 'hier'],
  ['date_maj', ''],
  ['code_postal', '00000'],
  ['code_postal', '2A004'],
  ['code_postal', '511000'],
  ['code_postal', ''],
  ['adresse', 'NC'],
  ['adresse', '---'],
  ['commune', '51100', { code_postal: '62300' }],
  ['commune', 'Bordeaux'],
  ['commune', 'Strasbourg', { code_postal: '33000' }],
];

test.each(missing)('%s « %s » keeps the lieu from the public, and says so once', (field, text, rest) => {
  const { verdict, manquants, remarques } = correct({ ...rest, [field]: text });
  expect(verdict).toBe('a_completer');
  expect(manquants).toEqual([field]);
  expect(remarques.map(({ champ, verdict: said }) => [champ, said])).toEqual([[field, 'manquant']]);
});

test.each([
  ['no id', { id: '' }, 'id'],
  ['an id that means nothing', { id: 'null' }, 'id'],
  ['no nom', { nom: '   ' }, 'nom'],
  ['a nom that says nothing', { nom: '???' }, 'nom'],
  ['no place at all', { commune: '', code_postal: '', adresse: '' }, 'commune'],
] as const)('a row with %s is refused', (_, change, field) => {
  const { verdict, remarques } = correct(change);
  expect(verdict).toBe('refusee');
  expect(remarques.filter((remarque) => remarque.verdict === 'refuse').map(({ champ }) => champ)).toEqual([field]);
});

test.each([
  ['nom', 'x'.repeat(1001), /^Ce texte compte 1001 caractères/],
  ['nom', 'M\ufffddiath\ufffdque', /^(?!Sans nom)/],
  ['id', 'x'.repeat(1001), /^Ce texte compte 1001 caractères/],
  ['nom', '  ', /^Sans nom, la ligne ne peut pas être gardée\.$/],
] as const)('a row is refused for its %s with the reason why that value will not do', (field, text, reason) => {
  const { verdict, remarques } = correct({ [field]: text });
  expect(verdict).toBe('refusee');
  expect(remarques.at(-1)).toMatchObject({ champ: field, verdict: 'refuse', message: expect.stringMatching(reason) });
});

test('nobody reads of a refused row that it is kept to be completed, or published', () => {
  const { remarques } = correct({ nom: '', pivot: '4349', adresse: '', date_maj: 'hier' });
  expect(remarques.map(({ champ }) => champ)).toEqual(['pivot', 'nom', 'adresse', 'date_maj']);
  for (const { message } of remarques) expect(message).not.toMatch(/gardé, à compléter|publié/);
});

describe('fields that tell the same commune', () => {
  test('two agree against the third, which is mended or left out', () => {
    expect(correct({ code_insee: '51454', code_postal: '33000' }).lieu).toMatchObject({ code_postal: '51100' });
    expect(correct({ commune: 'Bordeaux', code_insee: '33063' })).toMatchObject({
      verdict: 'a_completer',
      manquants: ['code_postal'],
    });
    expect(correct({ commune: 'Épernay', code_insee: '51454' }).lieu).toMatchObject({
      commune: 'Reims',
      code_insee: '51454',
    });
    expect(correct({ code_insee: '75056' }).lieu).toMatchObject({
      commune: 'Reims',
      code_postal: '51100',
      code_insee: null,
    });
  });

  test('a former commune, another spelling and a CEDEX are right as they are', () => {
    for (const change of [
      { commune: 'REIMS' },
      { commune: 'St Etienne', code_postal: '42000' },
      { commune: 'Cran-Gevrier', code_postal: '74960' },
      { commune: 'Angers', code_postal: '49941' },
      { commune: 'Pierrefitte-sur-Seine', code_postal: '93380', code_insee: '93059' },
      { commune: 'Aucun', code_postal: '65400' },
    ]) {
      expect(correct(change), JSON.stringify(change)).toMatchObject({ verdict: 'public', remarques: [] });
    }
  });

  test('coordinates in metres of Lambert-93 are turned into degrees, whichever column holds which', () => {
    for (const [latitude, longitude] of [
      ['6906650.6', '774858.9'],
      ['774858.9', '6906650.6'],
    ]) {
      const { lieu } = correct({ latitude, longitude });
      expect(lieu.latitude).toBeCloseTo(49.2577, 2);
      expect(lieu.longitude).toBeCloseTo(4.0317, 2);
    }
  });
});

test('a pivot of zeros is how national files say that it is not known: nothing to say', () => {
  expect(correct({ pivot: '00000000000000' })).toMatchObject({
    verdict: 'public',
    remarques: [],
    lieu: { pivot: null },
  });
});

test('a form leaves a premium-rate number to the moderator, and an absent pivot in peace', () => {
  const { lieu, remarques } = correctLigne(
    { ...RIGHT, pivot: '', telephone: '0892123456' },
    { ...context, unreviewed: false },
  );
  expect(lieu.telephone).toBe('+33892123456');
  expect(remarques.map(({ champ }) => champ)).toEqual(['telephone']);
});

test('an absent pivot, that the standard requires, is said, and keeps nobody from the public', () => {
  expect(correct({ pivot: '' })).toMatchObject({
    verdict: 'public',
    lieu: { pivot: null },
    remarques: [{ champ: 'pivot', verdict: 'ignore' }],
  });
});

test("La Poste's SIRETs fail the key and are right", () => {
  expect(correct({ pivot: '35600000068539' })).toMatchObject({ remarques: [], lieu: { pivot: '35600000068539' } });
});

test('of a list, the right values stay when others are left out', () => {
  expect(
    correct({ services: 'Aide aux démarches administratives|Vélos|Loisirs et créations numériques' }),
  ).toMatchObject({
    lieu: { services: ['Aide aux démarches administratives', 'Loisirs et créations numériques'] },
    remarques: [{ champ: 'services', valeur: 'Vélos', verdict: 'ignore' }],
  });
});

test('a summary of more than 280 characters becomes the detailed presentation where there is none', () => {
  const long = 'é'.repeat(281);
  expect(correct({ presentation_resume: long })).toMatchObject({
    lieu: { presentation_resume: null, presentation_detail: long },
    remarques: [{ champ: 'presentation_resume', verdict: 'corrige' }],
  });
});

test('hours that are surely not meant are kept as they came, and the report says what to verify', () => {
  const horaires = 'Mo-Th 07:00-12:00,13:00-16:00; Fr 17:00-12:00';
  expect(correct({ horaires })).toMatchObject({
    lieu: { horaires },
    remarques: [
      {
        champ: 'horaires',
        valeur: horaires,
        verdict: 'ignore',
        message:
          'Horaires à vérifier : 17:00-12:00 veut dire ouvert jusqu’au lendemain. Le texte est gardé tel quel ; le public lira « à vérifier ».',
      },
    ],
  });
});

test('hours that nobody can compute with are kept as they came, and that is said', () => {
  expect(correct({ horaires: 'Individuel : sur rendez-vous\nCollectif : planning' })).toMatchObject({
    verdict: 'public',
    lieu: { horaires: 'Individuel : sur rendez-vous\nCollectif : planning' },
    remarques: [{ champ: 'horaires', verdict: 'ignore' }],
  });
});

test('an id is kept as it is, slashes and narrow spaces included', () => {
  expect(correct({ id: 'Aidants-Connect_1\u202f234/5 6' })).toMatchObject({
    lieu: { id: 'Aidants-Connect_1\u202f234/5 6' },
    remarques: [],
  });
});

test('mending is idempotent: what it gives is right, with nothing more to say', () => {
  for (const [field, text, , rest] of mended) {
    const { lieu } = correct({ ...rest, [field]: text });
    const again: LieuTexts = {};
    for (const [name, value] of Object.entries(lieu)) {
      if (value !== null) Object.assign(again, { [name]: Array.isArray(value) ? value.join('|') : String(value) });
    }
    again.pivot ??= '00000000000000';
    expect(correctLigne(again, context), `${field} ${text}`).toMatchObject({ lieu, remarques: [] });
  }
});
