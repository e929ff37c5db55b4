import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compareAdresses, readAdresse } from '#app/domain/doublons/adresse.ts';
import { candidatePairs } from '#app/domain/doublons/candidats.ts';
import { type LieuACompare, readLieu } from '#app/domain/doublons/lecture.ts';
import { readNom } from '#app/domain/doublons/mots.ts';
import { findPaires } from '#app/domain/doublons/paires.ts';
import { CERTAIN, PROBABLE } from '#app/domain/doublons/score.ts';
import { loadCommunes } from '#app/reference/communes.ts';
import { makeDemoLieux } from '#scripts/demo/lieux.ts';

let count = 0;

function lieu(values: Partial<LieuACompare>): LieuACompare {
  count += 1;
  const id = `lieu-${count}`;
  return {
    id,
    origine: 'Hub-Lo',
    id_origine: id,
    pivot: null,
    nom: 'Médiathèque Jean Moulin',
    commune: 'Gap',
    code_postal: '05000',
    code_insee: '05061',
    adresse: '137 boulevard Georges Pompidou',
    latitude: 44.5555,
    longitude: 6.0782,
    telephone: null,
    courriels: [],
    itinerance: [],
    ...values,
  };
}

/** What is said of two fiches alone in the world. */
function verdictOf(a: Partial<LieuACompare>, b: Partial<LieuACompare>): 'certain' | 'probable' | 'distinct' {
  const [paire] = findPaires([lieu(a), lieu(b)].map(readLieu));
  if (!paire) return 'distinct';
  return paire.score >= CERTAIN ? 'certain' : 'probable';
}

const NOWHERE = { latitude: null, longitude: null };

test.each<[string, Partial<LieuACompare>, Partial<LieuACompare>]>([
  ['the same fiche from two sources', { origine: 'siao' }, {}],
  ['accents, capitals and abbreviations', { nom: 'MEDIATHEQUE JEAN MOULIN', adresse: '137 BD GEORGES POMPIDOU' }, {}],
  ['SAINT and ST', { nom: 'Centre social Saint-Mens' }, { nom: 'CENTRE SOCIAL ST MENS' }],
  ['the names that France services had', { nom: 'MSAP de Gap', ...NOWHERE }, { nom: 'Maison France services de Gap' }],
  ['CCAS in words', { nom: "Centre communal d'action sociale" }, { nom: 'CCAS de Gap', ...NOWHERE }],
  ['the commune or its town hall', { nom: 'Commune de Gap' }, { nom: 'Mairie de Gap', ...NOWHERE }],
  [
    'one of them placed in the middle of the commune',
    { latitude: 44.559, longitude: 6.079, telephone: '+33492000000' },
    { telephone: '+33492000000' },
  ],
  [
    'an acronym',
    { nom: 'CAPI', telephone: '+33492000000' },
    { nom: 'Cercle des amis du petit imprimeur', telephone: '+33492000000' },
  ],
])('certainly one lieu: %s', (_, a, b) => {
  expect(verdictOf(a, b)).toBe('certain');
});

test.each<[string, Partial<LieuACompare>, Partial<LieuACompare>]>([
  ['town hall and library in one building', { nom: 'Mairie de Gap' }, {}],
  [
    'post offices of two communes',
    { nom: 'La Poste' },
    {
      nom: 'La Poste',
      commune: 'Briançon',
      code_postal: '05100',
      code_insee: '05023',
      latitude: 44.9,
      longitude: 6.63,
      adresse: '1 place du Champ de Mars',
    },
  ],
  [
    'two post offices of a town',
    { nom: 'La Poste' },
    { nom: 'La Poste', latitude: 44.57, longitude: 6.09, adresse: '3 rue de Charance' },
  ],
  [
    'town halls of a postcode, with one helper and one telephone',
    {
      nom: 'Mairie de Sigoyer',
      commune: 'Sigoyer',
      code_postal: '05130',
      code_insee: '05168',
      adresse: 'Le Bourg',
      telephone: '+33492000000',
      latitude: 44.48,
      longitude: 5.98,
    },
    {
      nom: 'Mairie de Fouillouse',
      commune: 'Fouillouse',
      code_postal: '05130',
      code_insee: '05057',
      adresse: 'Le Bourg',
      telephone: '+33492000000',
      latitude: 44.46,
      longitude: 6.01,
    },
  ],
  [
    'the bus and the desk of one France services',
    { nom: 'Bus France services du Gapençais', telephone: '+33492000000' },
    { nom: 'France services du Gapençais' },
  ],
  [
    'two schools that numbers tell apart',
    { nom: 'Groupe scolaire 1', adresse: null, ...NOWHERE },
    { nom: 'Groupe scolaire 2', adresse: null, ...NOWHERE },
  ],
  [
    'town halls that do not say their commune',
    { nom: 'Mairie', commune: null, code_postal: '05130', adresse: 'Place de la Mairie', ...NOWHERE },
    { nom: 'Mairie de Sigoyer', commune: 'Sigoyer', code_postal: '05190', adresse: 'Place de la Mairie', ...NOWHERE },
  ],
])('two lieux: %s', (_, a, b) => {
  expect(verdictOf(a, b)).toBe('distinct');
});

test('nothing is certain of one address and one SIRET, where the names differ', () => {
  const pivot = '20006847700015';
  expect(verdictOf({ pivot, nom: 'Maison de la Tour' }, { pivot, nom: 'Espace des Alpes' })).not.toBe('certain');
});

test('the zero placeholder is no SIRET in common', () => {
  const zeros = '00000000000000';
  const [a, b] = [
    { nom: 'Fontreyne', ...NOWHERE, adresse: null },
    { nom: 'Beauregard', ...NOWHERE, adresse: null },
  ];
  expect(verdictOf({ ...a, pivot: zeros }, { ...b, pivot: zeros })).toBe('distinct');
  const paires = findPaires([lieu({ pivot: zeros }), lieu({ pivot: zeros })].map(readLieu));
  expect(paires[0]?.raisons.join()).not.toContain('SIRET');
});

test('a SIRET or a telephone of a whole network brings no two of its lieux together', () => {
  const network = Array.from({ length: 56 }, (_, n) =>
    lieu({
      nom: `Permanence ${['Lilas', 'Tilleuls', 'Acacias', 'Cèdres', 'Érables', 'Frênes', 'Ormes'][n % 7]}`,
      adresse: `${n * 7 + 1} rue numéro ${'abcdefghijklmnopqrstuvwxyz'[n % 26]}${'xyz'[n % 3]}`,
      commune: `Commune ${'abcdefghijklmnopqrstuvwxyz'[n % 26]}${n}`,
      code_postal: `05${100 + n}`,
      code_insee: null,
      latitude: 44 + n / 20,
      pivot: '20006796500018',
      telephone: '+33344425630',
      courriels: ['cyberbases@agglo-compiegne.fr'],
    }),
  );
  expect(findPaires(network.map(readLieu))).toEqual([]);
});

test('the reasons are said in French, the weightiest first', () => {
  const shared = { telephone: '+33492000000', courriels: ['Accueil@Ville-Gap.fr'] };
  const [paire] = findPaires([lieu(shared), lieu({ ...shared, courriels: ['accueil@ville-gap.fr'] })].map(readLieu));
  expect(paire?.raisons).toEqual(['même nom', 'même adresse', 'même téléphone', 'au même endroit', 'même courriel']);
});

test('the pairs of a set do not depend on the order in which it is read', () => {
  const lieux = withCopies(200).map(readLieu);
  const expected = findPaires(lieux);
  expect(expected.length).toBeGreaterThan(50);
  fc.assert(
    fc.property(fc.shuffledSubarray(lieux, { minLength: lieux.length }), (shuffled) => {
      expect(findPaires(shuffled)).toEqual(expected);
    }),
    { numRuns: 5 },
  );
}, 30_000);

test('ten times as many lieux give about ten times as many pairs to compare, a crowd on one spot included', () => {
  const pairsOf = (size: number) => {
    const crowd = Array.from({ length: size }, (_, n) => lieu({ nom: `Association ${n.toString(36)}`, adresse: null }));
    let pairs = 0;
    for (const _ of candidatePairs(crowd.map(readLieu))) pairs += 1;
    return pairs;
  };
  expect(pairsOf(5_000) / pairsOf(500)).toBeLessThan(12);
});

test.each([
  ['12 bis rue Dr Roux', '12 R DU DOCTEUR ROUX', 'meme'],
  ['Résidence des Lilas, 4 avenue de la Gare', '4 av. de la gare', 'meme'],
  ['2 et 4 rue Saint Christophe', '4 rue St Christophe', 'meme'],
  ['PlaceJean Léa', 'Place Jean Léa', 'meme'],
  ['8 place de l’Esplanade', '8 pl Esplanade', 'meme'],
  ['4 rue Victor Hugo', '6 rue Victor Hugo', 'numero voisin'],
  ['4 rue Victor Hugo', '60 rue Victor Hugo', 'autre numero'],
  ['4 rue Victor Hugo', 'rue Victor Hugo, 05000 Gap', 'meme rue'],
  ['4 rue Victor Hugo', '4 rue Pasteur', 'autre rue'],
  ['rue du Vingt et Un Juin 1944', '2 rue du 21 juin 1944', 'meme rue'],
])('%s · %s: %s', (a, b, expected) => {
  expect(compareAdresses(readAdresse(a), readAdresse(b))).toBe(expected);
  expect(compareAdresses(readAdresse(b), readAdresse(a))).toBe(expected);
});

test.each([
  ['Maison de Services au Public de l’île d’Oléron', ['franceservices', 'ile', 'oleron']],
  ['ASSO. Les Bibliothèques-médiathèques', ['mediatheque']],
  ['CTRE COM ACTION SOCIALE L’ENTRE DEUX', ['ccas', 'deux', 'entre']],
  ['Communauté de communes du Pays Rochois', ['intercommunalite', 'pays', 'rochois']],
])('the words of %s', (nom, mots) => {
  expect(readNom(nom).mots).toEqual(mots);
});

test('the score is the same whichever of the two comes first, and between its bounds', () => {
  const lieux = withCopies(200);
  for (const { a, b, score } of findPaires(lieux.map(readLieu))) {
    expect(score).toBeGreaterThanOrEqual(PROBABLE);
    expect(score).toBeLessThanOrEqual(100);
    expect(a < b).toBe(true);
  }
});

/** Invented lieux, one in three again under another source, displaced and written otherwise. */
function withCopies(size: number): LieuACompare[] {
  const demo = makeDemoLieux(loadCommunes(), { count: size, today: '2026-01-15' });
  return demo.flatMap((values, index) => {
    const original = { ...values, origine: 'demo', id_origine: values.id };
    if (index % 3 !== 0) return [original];
    const copy = {
      ...original,
      id: `copie-${values.id}`,
      origine: 'copie',
      nom: values.nom?.toUpperCase() ?? null,
      latitude: values.latitude === null ? null : values.latitude + 0.0004,
    };
    return [original, copy];
  });
}
