import { expandSaints, normalizeText } from '../territoire.ts';

/** A name in the words that tell one lieu from another. */
export interface Nom {
  /** Its words in their order, without articles. */
  complet: readonly string[];
  /** Those that matter, each once, sorted; the commune's are among them. */
  mots: readonly string[];
  /** What kinds of place it says it is, by our own words: `mairie`, `mediatheque`, `franceservices`… */
  genres: readonly string[];
  /** It goes from place to place: a bus. */
  mobile: boolean;
}

/** The words of a name, with what is written in several ways written in one. */
export function readNom(nom: string): Nom {
  const complet = wordsOf(nom);
  const mots = complet.filter((mot) => !EMPTY.has(mot));
  return {
    complet,
    mots: sortedSet(mots.length > 0 ? mots : complet),
    genres: sortedSet(complet.filter((mot) => GENRES.has(mot))),
    mobile: complet.some((mot) => MOBILE.has(mot)),
  };
}

/** The words of a commune's name, as those of a lieu's name are written. */
export function readCommune(commune: string): readonly string[] {
  return sortedSet(wordsOf(commune));
}

/** How much a word tells, 0 to 1: those that half the names of a territory share tell little. */
export function weightOf(mot: string): number {
  const known = WEIGHTS.get(mot);
  if (known !== undefined) return known;
  return /^\d+$/.test(mot) ? 0.8 : 1;
}

/** What a word says of the kind of place, for people; undefined where it says nothing of it. */
export function genreLabel(mot: string): string | undefined {
  return GENRES.get(mot);
}

/** Each text once, sorted by code unit: the same whatever the order and the machine's language. */
export function sortedSet(words: readonly string[]): string[] {
  return [...new Set(words)].sort();
}

function wordsOf(text: string): string[] {
  let words = expandSaints(normalizeText(text));
  for (const [trigger, pattern, replacement] of PHRASES) {
    if (trigger.test(words)) words = words.replace(pattern, replacement);
  }
  return words.split(' ').filter((word) => word !== '' && !ARTICLES.has(word));
}

const ARTICLES = new Set(
  'a au aux d de des du en et l la le les par pour sur sous s n qu un une dans avec lez'.split(' '),
);

/** Said of nearly every lieu, or of who runs it: nothing that tells two of them apart. */
const EMPTY = new Set(
  'municipal municipale municipaux communal communale public publique publics france ville commune mediation'.split(
    ' ',
  ),
);

/**
 * Several words that are one, and the ways one thing is written. France services is also called by its former names
 * (maison de services au public, maison France services); a town hall is also named as the commune itself. The first
 * expression is a quick look at whether the second is worth trying.
 */
const PHRASES: readonly (readonly [trigger: RegExp, pattern: RegExp, word: string])[] = [
  [
    /france/,
    /\b(?:(?:maisons?|espaces?|antennes?|structures?|reseau|point) )*france ser?vices?(?: multisites)?\b/g,
    'franceservices',
  ],
  [/\b[me]fs\b|msap|\bfs\b/, /\b(?:mfs|efs|msap|fs)\b/g, 'franceservices'],
  [
    /maison.* service/,
    /\bmaisons? (?:de |des |du )services?(?: (?:au public|publics?|aux publics?|au publics?))?\b/g,
    'franceservices',
  ],
  [/action/, /\b(?:centres?|ctre) (?:communaux|communal|com) (?:d )?actions? social(?:es?)?\b/g, 'ccas'],
  [/action/, /\bcentre intercommunal (?:d )?actions? social(?:es?)?\b/g, 'cias'],
  [/hotel|^commune|^ville/, /\bhotel (?:de )?ville\b|^(?:commune|ville)\b/g, 'mairie'],
  [/comm?|\bcc\b|cdc/, /\bcommunautes? (?:de |des )?communes?\b|\bcom ?com\b|\bcdc\b|\bcc\b/g, 'intercommunalite'],
  [/agglo|\bca\b/, /\bcommunaute (?:d )?agglomeration\b|\bagglomeration\b|\bca\b/g, 'intercommunalite'],
  [/maison/, /\bmaison (?:des |de )?jeunes et (?:de )?(?:la )?culture\b/g, 'mjc'],
  [/maison|mpt/, /\bmaisons? pour tous\b|\bmpt\b/g, 'maisonpourtous'],
  [
    /centre|ctre|csc/,
    /\b(?:centres?|ctre) socio ?culturels?\b|\bcsc\b|\b(?:centres?|ctre) (?:sociaux|sociale?s?)(?: et culturels?)?\b/g,
    'centresocial',
  ],
  [
    /espace|cyber/,
    /\bespaces? publics? numeriques?\b|\bespace numerique\b|\bcyber ?(?:base|espace|centre)s?\b/g,
    'epn',
  ],
  [
    /solidarite/,
    /\b(?:maisons?|poles?) (?:departementales? )?(?:des |de la |de )?solidarites?(?: departementales?)?\b/g,
    'mds',
  ],
  [/mission|mlr/, /\bmissions? locales?(?: rurales?)?\b|\bmlr\b/g, 'missionlocale'],
  [/croix|crf/, /\bcroix rouge(?: francaise)?\b|\bcrf\b/g, 'croixrouge'],
  [/secours|spf/, /\bsecours populaire(?: francais)?\b|\bspf\b/g, 'secourspopulaire'],
  [/poste/, /\bla poste\b|\bbureau (?:de )?poste\b/g, 'laposte'],
  [/theque|\bbib\b/, /\b(?:bibliotheques?|mediatheques?|bib)(?: (?:bibliotheques?|mediatheques?))?\b/g, 'mediatheque'],
  [/quartier/, /\bmaisons? (?:de )?quartiers?\b/g, 'maisonquartier'],
  [/tiers/, /\btiers ?lieux?\b/g, 'tierslieu'],
  [/point/, /\bpoints? (?:d )?(?:information|info)\b/g, 'pointinfo'],
  [/conseil.*numerique|\bass|medias/, /\bconseill(?:er|ere)s? numeriques?\b|\bass\b|\basso\b|\bassociations?\b/g, ' '],
];

const GENRES = new Map<string, string>([
  ['franceservices', 'France services'],
  ['ccas', 'CCAS'],
  ['cias', 'CIAS'],
  ['mairie', 'mairie'],
  ['intercommunalite', 'intercommunalité'],
  ['mjc', 'MJC'],
  ['maisonpourtous', 'maison pour tous'],
  ['centresocial', 'centre social'],
  ['epn', 'espace numérique'],
  ['mds', 'maison des solidarités'],
  ['missionlocale', 'mission locale'],
  ['croixrouge', 'Croix-Rouge'],
  ['secourspopulaire', 'Secours populaire'],
  ['laposte', 'La Poste'],
  ['mediatheque', 'médiathèque'],
  ['maisonquartier', 'maison de quartier'],
  ['tierslieu', 'tiers-lieu'],
  ['ecole', 'école'],
  ['college', 'collège'],
  ['lycee', 'lycée'],
  ['chrs', 'hébergement'],
  ['ehpad', 'EHPAD'],
  ['pointinfo', 'point info'],
  ['pimms', 'PIMMS'],
  ['departement', 'département'],
  ['prefecture', 'préfecture'],
  ['caf', 'CAF'],
  ['cidff', 'CIDFF'],
  ['udaf', 'UDAF'],
]);

const MOBILE = new Set('bus camion van truck fourgon itinerant itinerante itinerance mobile minibus'.split(' '));

/** Words of every territory. */
const GENERIC = (
  'maison espace centre salle pole point accueil service services antenne site annexe siege relais local bureau numerique ' +
  'social sociale sociaux culturel culturelle solidarite solidarites insertion emploi formation departementale ' +
  'departemental conseil pays territoire intercommunal intercommunale nord sud est ouest agence groupe habitants ' +
  'jeunesse jeunes famille familles quartier lieu foyer permanence administratif saint sainte informatique multimedia ' +
  'information info socioculturel residence autonomie aide action'
).split(' ');

const WEIGHTS = new Map([...GENERIC, ...GENRES.keys()].map((mot) => [mot, 0.35]));
