import { z } from 'zod';

/**
 * What the API of data.gouv.fr (udata, version 1) is told of our dataset, and how its answers are read. Source: the models and forms of
 * opendatateam/udata (udata/core/dataset/api.py, forms.py, api_fields.py) and guides.data.gouv.fr.
 */

/** By these marks our dataset and its resources are found again: never by a title or by the name of a file, which change. */
export const MARQUE_SITE = 'lieu-a-jour:site';
export const MARQUE_FICHIER = 'lieu-a-jour:fichier';

/** A file that is published, described once for all days: its title has no date. */
export interface RessourceDecrite {
  /** The name of the file in our exports. */
  cle: string;
  titre: string;
  description: string;
  format: string;
  mime: string;
  type: 'main' | 'update';
  schema: { name: string; version: string } | null;
}

const STANDARD = { name: 'LaMednum/standard-mediation-num', version: '1.0.2' };
const FAITE = 'Le fichier est remplacé chaque nuit ; cette ressource garde son adresse.';

export const RESSOURCES: readonly RessourceDecrite[] = [
  {
    cle: 'lieux.csv',
    titre: 'Lieux de médiation numérique (CSV)',
    description: `Une ligne par lieu, 32 colonnes, selon le standard national. UTF-8, virgules. ${FAITE}`,
    ...{ format: 'csv', mime: 'text/csv', type: 'main', schema: STANDARD },
  },
  {
    cle: 'lieux.json',
    titre: 'Lieux de médiation numérique (JSON)',
    description: `Un objet par lieu : les champs du standard national, les listes en tableaux, et les permanences. ${FAITE}`,
    ...{ format: 'json', mime: 'application/json', type: 'main', schema: null },
  },
  {
    cle: 'lieux.geojson',
    titre: 'Lieux de médiation numérique (GeoJSON)',
    description: `Un point par lieu (RFC 7946), pour une carte ou un système d’information géographique. ${FAITE}`,
    ...{ format: 'geojson', mime: 'application/geo+json', type: 'main', schema: null },
  },
  {
    cle: 'lieux.parquet',
    titre: 'Lieux de médiation numérique (GeoParquet)',
    description: `Pour l’analyse : colonnes typées, points en GeoParquet 1.1. ${FAITE}`,
    ...{ format: 'parquet', mime: 'application/vnd.apache.parquet', type: 'main', schema: null },
  },
  {
    cle: 'changements.csv',
    titre: 'Changements depuis la veille (CSV)',
    description: `Les lieux ajoutés, modifiés et retirés depuis l’export d’avant. ${FAITE}`,
    ...{ format: 'csv', mime: 'text/csv', type: 'update', schema: null },
  },
];

/** What a new dataset says of itself. Title, description and tags are people's afterwards. */
export function jeuNeuf({ organisation, publicUrl, jour }: { organisation: string; publicUrl: string; jour: string }) {
  return {
    title: 'Lieux de médiation numérique en France : fiches tenues à jour par les structures',
    description: [
      'Les lieux où l’on trouve quelqu’un pour se faire aider avec un ordinateur, un téléphone ou une démarche en ligne : adresse, horaires, services, publics, coordonnées.',
      `Les structures tiennent leurs fiches sur ${publicUrl}, des modérateurs les relisent. Les fichiers sont refaits chaque nuit, selon le [standard national](https://github.com/LaMednum/standard-mediation-num), et remplacés ici : chaque ressource garde son adresse.`,
      `Exports des jours passés, sommes de contrôle et API : ${publicUrl}/donnees.`,
    ].join('\n\n'),
    tags: ['mediation-numerique', 'inclusion-numerique', 'lieux-de-mediation-numerique', 'france-services'],
    private: false,
    organization: organisation,
    license: LICENCE,
    frequency: FREQUENCE,
    spatial: ESPACE,
    temporal_coverage: { start: jour, end: jour },
    extras: { [MARQUE_SITE]: publicUrl },
  };
}

const LICENCE = 'lov2';
const FREQUENCE = 'daily';
const ESPACE = { zones: ['country:fr'], granularity: 'poi' };

/**
 * What is to be changed in the dataset so that it is true of the files of `jour`; null for nothing. Licence, frequency and period are facts of
 * the files. A place that is said already, the title, the description and the tags stay as people want them.
 */
export function jeuACorriger(jeu: Jeu, { publicUrl, jour }: { publicUrl: string; jour: string }) {
  const start = jeu.temporal_coverage?.start?.slice(0, 10) ?? jour;
  const end = jeu.temporal_coverage?.end?.slice(0, 10);
  const changes = {
    ...(jeu.license !== LICENCE && { license: LICENCE }),
    ...(jeu.frequency !== FREQUENCE && { frequency: FREQUENCE }),
    ...((jeu.spatial?.zones ?? []).length === 0 && { spatial: ESPACE }),
    ...((end === undefined || end < jour) && { temporal_coverage: { start: start < jour ? start : jour, end: jour } }),
    // Extras are replaced whole: those of others go along.
    ...(jeu.extras?.[MARQUE_SITE] !== publicUrl && { extras: { ...jeu.extras, [MARQUE_SITE]: publicUrl } }),
  };
  if (Object.keys(changes).length === 0) return null;
  // Both are required by the form: they go back as they came.
  return { title: jeu.title, description: jeu.description, ...changes };
}

/** What a resource is told of itself once its file is there. The description is given at first only: then it is people's. */
export function ressourceDite(
  decrite: RessourceDecrite,
  { titre, sha256, avant }: { titre: string; sha256: string; avant: Ressource },
) {
  const { cle, description, format, mime, type, schema } = decrite;
  const marked = avant.extras?.[MARQUE_FICHIER] === cle;
  return {
    title: titre,
    filetype: 'file',
    type,
    format,
    mime,
    checksum: { type: 'sha256', value: sha256 },
    ...(schema && { schema }),
    ...(marked ? {} : { description, extras: { ...avant.extras, [MARQUE_FICHIER]: cle } }),
  };
}

/** Whether that resource holds that very file, described to the end. */
export function estPubliee(
  ressource: Ressource,
  { cle, schema }: RessourceDecrite,
  { sha256, octets }: { sha256: string; octets: number },
): boolean {
  return (
    ressource.extras?.[MARQUE_FICHIER] === cle &&
    ressource.checksum?.type === 'sha256' &&
    ressource.checksum.value === sha256 &&
    (ressource.filesize ?? octets) === octets &&
    (schema === null || (ressource.schema?.name === schema.name && ressource.schema.version === schema.version))
  );
}

/** Whether a title is what sending a file sets it to: the name of the file, which people do not want to read. */
export function estNomDeFichier({ title, url }: Pick<Ressource, 'title' | 'url'>): boolean {
  return title.trim() === '' || title.toLowerCase() === nomDansAdresse(url).toLowerCase();
}

/** The last part of an address, as it is where it cannot be decoded: people may give a resource any address. */
function nomDansAdresse(url: string): string {
  const last = url.split('?')[0]?.split('/').at(-1) ?? '';
  try {
    return decodeURIComponent(last);
  } catch {
    return last;
  }
}

const extras = z.record(z.string(), z.unknown()).nullish();

export const ressourceLue = z.object({
  id: z.uuid(),
  title: z.string(),
  url: z.string(),
  filetype: z.string().nullish(),
  format: z.string().nullish(),
  checksum: z.object({ type: z.string(), value: z.string() }).nullish(),
  filesize: z.number().nullish(),
  created_at: z.string().nullish(),
  schema: z.object({ name: z.string().nullish(), version: z.string().nullish() }).nullish(),
  extras,
});
export type Ressource = z.output<typeof ressourceLue>;

export const jeuLu = z.object({
  id: z.string().regex(/^[0-9a-f]{24}$/),
  title: z.string(),
  description: z.string(),
  created_at: z.string(),
  deleted: z.string().nullish(),
  license: z.string().nullish(),
  frequency: z.string().nullish(),
  spatial: z.object({ zones: z.array(z.unknown()).nullish() }).nullish(),
  temporal_coverage: z.object({ start: z.string().nullish(), end: z.string().nullish() }).nullish(),
  extras,
  resources: z.array(ressourceLue),
});
export type Jeu = z.output<typeof jeuLu>;

export const pageDeJeux = z.object({
  data: z.array(jeuLu.pick({ id: true, created_at: true, deleted: true, extras: true })),
  next_page: z.string().nullish(),
});

/** After so many failed attempts in a day people are told, and the next day tries again. */
export const ESSAIS_PAR_JOUR = 8;

/** Seconds before the next attempt: what the server asks for, else five minutes, doubled up to an hour. */
export function attenteAvantEssai(essais: number, demandee: number | null): number {
  return demandee === null ? Math.min(60, 5 * 2 ** Math.max(0, essais - 1)) * 60 : Math.min(demandee, 86_400);
}

/** Which settings what is known of the dataset holds for: the ids of another server or organisation are others. */
export function cibleOf({ url, organisation, jeu }: { url: string; organisation: string; jeu: string | null }): string {
  return `${url} ${organisation} ${jeu ?? ''}`.trim();
}
