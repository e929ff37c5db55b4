import { expect, test } from 'vitest';
import type { ListeCode } from '#app/domain/labels-verifies.ts';
import { dateOfListe, listeDue, reasonAgainstListe } from '#app/domain/listes-officielles.ts';
import { FichierIllisible } from '#app/imports/fichier-illisible.ts';
import { readListe } from '#app/imports/liste-officielle.ts';
import { loadCommunes } from '#app/reference/communes.ts';

const CONTEXT = { communes: loadCommunes(), today: '2026-11-27' };

/** A file in pieces of a few bytes, so that characters are cut anywhere. */
async function* pieces(content: string | Uint8Array): AsyncGenerator<Uint8Array> {
  const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content;
  for (let at = 0; at < bytes.length; at += 101) yield bytes.subarray(at, at + 101);
}

function read(code: ListeCode, content: string | Uint8Array) {
  return readListe(code, { bytes: pieces(content), chemin: null }, CONTEXT);
}

const FRANCE_SERVICES_HEADER =
  '"id_fs","insee_dep","lib_fs","adresse","complement_adresse","insee_com","code_postal","lib_com","latitude","longitude","mail","telephone","h_lundi","h_mardi","h_mercredi","h_jeudi","h_vendredi","h_samedi","commentaire","itinerance","format_fs","groupe","labellisation"';
const FRANCE_SERVICES = `${FRANCE_SERVICES_HEADER}
"1","01","France services de Valserhône","5-9 Rue des Papetiers",,"01033","01200","Valserhône",46.1060711578546,5.8260084241619,"accueil@exemple.fr","04 50 00 87 49","09:00 - 12:00 / 13:30 - 17:00",,,,,,,"Non","Site principal",,"Espace labellisé 01/01/2020"
"temp_148","82","France services Montauban","7 rue martin du Gard","Cité Monplaisir","82121","82000","Montauban",44.015607,1.383336,,"05 63 00 92 92","13:00-18:00",,,,"09:30-12:30/

 13:30-18:00","10:00-13:00",,"Oui","Site principal",,"Espace labellisé 01/12/2022"
`;

test('the France services list is read by its own columns, a line break inside a cell included', async () => {
  const { lignes, ecartees } = await read('france-services', FRANCE_SERVICES);
  expect(ecartees).toBe(0);
  expect(lignes).toEqual([
    {
      id: '1',
      pivot: null,
      nom: 'France services de Valserhône',
      commune: 'Valserhône',
      code_postal: '01200',
      code_insee: '01033',
      adresse: '5-9 Rue des Papetiers',
      latitude: 46.1060711578546,
      longitude: 5.8260084241619,
      telephone: '+33450008749',
      courriels: ['accueil@exemple.fr'],
    },
    expect.objectContaining({ id: 'temp_148', nom: 'France services Montauban', code_insee: '82121', courriels: [] }),
  ]);
});

test('a list in Windows-1252 with semicolons, zeros eaten and decimal commas is read the same', async () => {
  const text = `${FRANCE_SERVICES_HEADER.replaceAll('"', '').replaceAll(',', ';')}\r\n1;1;France services de Valserhône;5-9 Rue des Papetiers;;1033;1200;VALSERHONE;46,1060711578546;5,8260084241619;;450008749;;;;;;;;Non;;;\r\n`;
  const bytes = Uint8Array.from(text, (character) => character.charCodeAt(0));
  const { lignes } = await read('france-services', bytes);
  expect(lignes).toEqual([
    expect.objectContaining({
      nom: 'France services de Valserhône',
      code_postal: '01200',
      code_insee: '01033',
      latitude: 46.1060711578546,
      telephone: '+33450008749',
    }),
  ]);
});

test('Aidants Connect as it is published today', async () => {
  const { lignes } = await read(
    'aidants-connect',
    'id,nom,pivot,code_postal,code_insee,commune,adresse\nac-12,CCAS de Roanne,26421024600015,42300,42187,Roanne,"Place de l’Hôtel de Ville"\n',
  );
  expect(lignes).toEqual([
    expect.objectContaining({
      id: 'ac-12',
      nom: 'CCAS de Roanne',
      pivot: '26421024600015',
      code_postal: '42300',
      commune: 'Roanne',
      latitude: null,
    }),
  ]);
});

test('Aidants Connect as older files have it: numbers written for people, a lost zero, a SIRET that is none, no commune', async () => {
  const rows = [
    {
      'Data pass ID': '3 848',
      Name: 'SITE ROANNE PARC',
      SIRET: '26 421 024 600 015',
      Adresse: '25 RUE CONDORCET42300 Roanne',
      'Code postal': 42300,
      "Nombre d'agents formés": 2,
      commune: '',
      date_maj: '15/03/2021',
    },
    {
      'Data pass ID': '113',
      Name: 'Le Faitout Connecté',
      SIRET: '1',
      Adresse: '2 Bis Route de Montaigu',
      'Code postal': 2820,
      commune: '',
    },
  ];
  const { lignes, ecartees } = await read('aidants-connect', JSON.stringify(rows));
  expect(ecartees).toBe(0);
  expect(lignes).toEqual([
    expect.objectContaining({ id: '3848', pivot: '26421024600015', code_postal: '42300' }),
    expect.objectContaining({ id: '113', pivot: null, code_postal: '02820', commune: null }),
  ]);
});

test('conseillers numériques in the columns of the standard, in any order', async () => {
  const { lignes } = await read(
    'conseillers-numeriques',
    'nom;id;pivot;commune;code_postal;adresse;latitude;longitude;courriels;dispositif_programmes_nationaux\nMaison France Services;cn-9;00000000000000;Langon;33210;14 Allée Jean Jaurès;44.5536;-0.249;a@exemple.fr|b@exemple.fr;Conseillers numériques\n',
  );
  expect(lignes).toEqual([
    expect.objectContaining({
      id: 'cn-9',
      pivot: null,
      commune: 'Langon',
      courriels: ['a@exemple.fr', 'b@exemple.fr'],
    }),
  ]);
});

test('two rows of one identifier stay two rows; a row that says no place is left out and counted', async () => {
  const rows = ['a,Un,,33000,,Bordeaux,1 rue Haute', 'a,Deux,,33000,,Bordeaux,2 rue Haute'];
  const many = Array.from({ length: 8 }, (_, n) => `b${n},Lieu ${n},,33000,,Bordeaux,${n} rue Basse`);
  const { lignes, ecartees } = await read(
    'aidants-connect',
    `id,nom,pivot,code_postal,code_insee,commune,adresse\n${[...rows, ...many, 'c,Nulle part,,,,,'].join('\n')}\n`,
  );
  expect(lignes.slice(0, 2).map(({ id, nom }) => [id, nom])).toEqual([
    ['a', 'Un'],
    ['a (2)', 'Deux'],
  ]);
  expect([lignes.length, ecartees]).toEqual([10, 1]);
});

test.each<[string, ListeCode, string, RegExp]>([
  ['an empty file', 'france-services', ' \n', /vide/],
  ['a page that says sorry', 'france-services', '<!doctype html><title>Erreur</title>', /page web/],
  ['a header alone', 'france-services', `${FRANCE_SERVICES_HEADER}\n`, /aucune ligne/],
  ['an empty array', 'aidants-connect', '[]', /sa liste est vide/],
  ['JSON cut in the middle', 'aidants-connect', '[{"id":"1","nom":"Ab', /s’arrête avant la fin/],
  ['JSON of another shape', 'aidants-connect', '{"message":"maintenance"}', /pas de liste/],
  [
    'the address of another list',
    'france-services',
    'id,nom,pivot,code_postal,code_insee,commune,adresse\n1,a,,33000,,Bordeaux,1 rue Haute\n',
    /il lui manque les colonnes id_fs, lib_fs/,
  ],
  [
    'Aidants Connect for the conseillers numériques',
    'conseillers-numeriques',
    'id,nom,pivot,code_postal,code_insee,commune,adresse\n1,a,,33000,,Bordeaux,1 rue Haute\n',
    /latitude, longitude/,
  ],
  [
    'rows that say nothing',
    'aidants-connect',
    'id,nom,pivot,code_postal,code_insee,commune,adresse\n1,a,,,,,\n2,b,,,,,\n3,c,,33000,,Bordeaux,1 rue Haute\n',
    /2 de ses 3 lignes/,
  ],
])('%s is refused with a reason', async (_, code, content, reason) => {
  const refused = await read(code, content).catch((error) => error);
  expect(refused).toBeInstanceOf(FichierIllisible);
  expect(refused.message).toMatch(reason);
});

test.each([
  [null, 3, null],
  [100, 80, null],
  [100, 250, null],
  [2800, 2239, 'elle n’a plus que 2\u202f239 lignes au lieu de 2\u202f800 (−\u00a020\u00a0%)'],
  [100, 0, 'elle n’a plus que 0 lignes au lieu de 100 (−\u00a0100\u00a0%)'],
])('a list of %s rows that has %s now', (avant, apres, reason) => {
  expect(reasonAgainstListe({ avant, apres })).toBe(reason);
});

const ETAT = {
  url: 'https://exemple.fr/a',
  lignes: 10,
  regardee_le: new Date('2026-11-27T01:31:00Z'),
  refus: null,
  refus_sha256: null,
  accepte_sha256: null,
  rapprochee_le: new Date('2026-11-27T01:32:00Z'),
};

test.each<[string, Partial<typeof ETAT> | Record<string, unknown>, string, string | null]>([
  ['looked at this night', {}, '2026-11-27T22:59:00Z', null],
  ['after midnight, before 02:30 in Paris', {}, '2026-11-28T01:29:00Z', null],
  ['the next night', {}, '2026-11-28T01:30:00Z', 'regarder'],
  ['another address', { url: 'https://exemple.fr/b' }, '2026-11-27T02:00:00Z', 'regarder'],
  ['rows that are new', { rapprochee_le: null }, '2026-11-27T02:00:00Z', 'rapprocher'],
  ['no rows at all', { lignes: null, rapprochee_le: null }, '2026-11-27T02:00:00Z', null],
  ['out of reach, a moment ago', { refus: 'x' }, '2026-11-27T02:30:00Z', null],
  ['out of reach, an hour ago', { refus: 'x' }, '2026-11-27T02:31:00Z', 'regarder'],
  ['refused', { refus: 'x', refus_sha256: 'a' }, '2026-11-27T09:00:00Z', null],
  ['refused and wanted', { refus: 'x', refus_sha256: 'a', accepte_sha256: 'a' }, '2026-11-27T09:00:00Z', 'regarder'],
  ['wanted another one', { refus: 'x', refus_sha256: 'b', accepte_sha256: 'a' }, '2026-11-27T09:00:00Z', null],
])('a list %s', (_, etat, now, due) => {
  expect(listeDue({ ...ETAT, ...etat }, ETAT.url, new Date(now))).toBe(due);
});

test.each([
  ['Thu, 12 Nov 2026 23:30:00 GMT', '2026-11-13'],
  ['Thu, 12 Nov 2037 23:30:00 GMT', '2026-11-27'],
  ['hier', '2026-11-27'],
  [null, '2026-11-27'],
])('a file that its server says is of %s is of %s', (modifie, date) => {
  expect(dateOfListe(modifie, new Date('2026-11-27T01:31:00Z'))).toBe(date);
});

test('rows of one identifier are numbered, past those that have such an identifier, whatever their count', async () => {
  const [header = '', row = ''] = FRANCE_SERVICES.split('\n');
  const ids = ['1', '1 (3)', ...Array.from({ length: 4 }, () => '1')];
  const content = [header, ...ids.map((id) => row.replace('"1"', `"${id}"`))].join('\n');
  const { lignes } = await read('france-services', content);
  expect(lignes.map(({ id }) => id)).toEqual(['1', '1 (3)', '1 (2)', '1 (4)', '1 (5)', '1 (6)']);
});

test('sixteen times more rows of one identifier take some sixteen times longer, not their square', async () => {
  const [header = '', row = ''] = FRANCE_SERVICES.split('\n');
  const timed = async (count: number): Promise<number> => {
    const bytes = new TextEncoder().encode([header, ...Array.from({ length: count }, () => row)].join('\n'));
    const before = performance.now();
    const { lignes } = await readListe('france-services', { bytes: whole(bytes), chemin: null }, CONTEXT);
    expect(lignes).toHaveLength(count);
    return performance.now() - before;
  };
  await timed(1_000);
  const few = await timed(1_000);
  expect((await timed(16_000)) / few).toBeLessThan(48);
});

async function* whole(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += 65_536) yield bytes.subarray(at, at + 65_536);
}
