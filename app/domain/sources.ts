import { z } from 'zod';
import { localMoment } from './horaires/opening.ts';
import { CHUTE, chuteOf, lastNight } from './listes-officielles.ts';
import { grantsRoles, isSameOrganisation, type Roles } from './permissions.ts';
import { formatTerritoire, parseTerritoire, type Territoire } from './territoire.ts';

export type ResultatDePassage =
  | 'en_cours'
  | 'inchange'
  | 'a_valider'
  | 'retenu'
  | 'applique'
  | 'echec'
  | 'remplace'
  | 'abandonne'
  | 'arret';

/** What a reading came to, as its log says it. */
export const RESULTATS: Readonly<Record<string, string>> = {
  en_cours: 'Lecture en cours',
  inchange: 'Inchangé',
  a_valider: 'Attend votre accord',
  retenu: 'Retenu',
  applique: 'Appliqué',
  echec: 'En échec',
  remplace: 'Remplacé par un fichier plus récent',
  abandonne: 'Laissé de côté',
  arret: 'Lecture arrêtée',
};

/** Weekdays from Monday. */
export const JOURS = ['lundi', 'mardi', 'mercredi', 'jeudi', 'vendredi', 'samedi', 'dimanche'] as const;

/** `chaque nuit`, `chaque semaine, dans la nuit de dimanche à lundi`. */
export function formatRythme(jour: number | null): string {
  if (jour === null) return 'chaque nuit';
  return `chaque semaine, dans la nuit de ${JOURS[(jour + 5) % 7]} à ${JOURS[jour - 1]}`;
}

const NOM = 'Écrivez le nom de cette source, toujours le même. Exemple : Hub des Landes.';
const ADRESSE = 'Écrivez l’adresse du fichier. Exemple : https://hub.exemple.fr/lieux.csv.';

/** What is typed to have a file read by itself. */
export const sourceSchema = z.object({
  url: z.string({ error: ADRESSE }).trim().max(2_000, 'Cette adresse est trop longue.').superRefine(checkUrl),
  nom: z.string({ error: NOM }).trim().min(1, NOM).max(200, 'Ce nom est trop long : 200 lettres au plus.'),
  rythme: z
    .enum(['nuit', '1', '2', '3', '4', '5', '6', '7'], { error: 'Choisissez quand lire ce fichier.' })
    .transform((value) => (value === 'nuit' ? null : Number(value))),
  contenu: z
    .enum(['complet', 'partiel'], { error: 'Dites si le fichier a tous les lieux de cette source.' })
    .transform((value) => value === 'complet'),
  prevenir: z
    .string()
    .trim()
    .toLowerCase()
    .max(254, 'Cette adresse est trop longue : vérifiez-la.')
    .pipe(z.email('Cette adresse ne ressemble pas à un courriel. Exemple : donnees@hub.exemple.fr.'))
    .optional()
    .transform((courriel) => courriel ?? null),
  profil: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .optional()
    .catch(undefined),
});

export type SourceSaisie = z.output<typeof sourceSchema>;

function checkUrl(text: string, context: z.RefinementCtx): void {
  const message = refusOfUrl(text);
  if (message !== null) context.addIssue({ code: 'custom', message });
}

function refusOfUrl(text: string): string | null {
  if (text === '') return ADRESSE;
  if (!URL.canParse(text)) return 'Cette adresse est mal écrite. Exemple : https://hub.exemple.fr/lieux.csv.';
  const { protocol, username, password } = new URL(text);
  if (protocol !== 'https:') return 'Cette adresse doit commencer par https://.';
  if (username || password)
    return 'Cette adresse contient un mot de passe : donnez une adresse que tout le monde peut lire.';
  return null;
}

/** An address as others may see it: what follows the path may be a secret. */
export function publicUrlOf(url: string): string {
  if (!URL.canParse(url)) return 'adresse illisible';
  const { origin, pathname, search } = new URL(url);
  return `${origin}${pathname}${search ? '?…' : ''}`;
}

/** What is looked at to know whether a source is to be read. */
export interface SourceALire {
  jour: number | null;
  pause_le: Date | null;
  regardee_le: Date | null;
  demandee_le: Date | null;
  cree_le: Date;
}

/** Whether a source is to be read now: somebody asked, or its last night has come since it was last read. */
export function sourceDue(source: SourceALire, now: Date): boolean {
  if (source.pause_le !== null) return false;
  if (source.demandee_le !== null) return true;
  return (source.regardee_le ?? source.cree_le) < lastNightOf(source.jour, now);
}

/** The last night in which a source was to be read: 02:30 in Paris. */
function lastNightOf(jour: number | null, now: Date): Date {
  let night = lastNight(now);
  if (jour === null) return night;
  for (let back = 0; back < 7; back += 1) {
    if (localMoment(night, 'Europe/Paris').weekday === jour - 1) return night;
    night = lastNight(new Date(night.getTime() - 1));
  }
  return night;
}

/** What is counted in a file: its rows, those that can be published, those that are refused, lieux that it newly has no more. */
export interface Mesure {
  lignes: number;
  publiques: number;
  refusees: number;
  absents: number;
}

/** A file of a source that was applied. */
export interface FichierApplique extends Mesure {
  le: Date;
  /** By a person, who has seen it. */
  accepte: boolean;
  /** Taken back since. */
  annule: boolean;
}

/** What the next file of a source is held against; `publiques` is null where nobody knows. */
export type Reference = Pick<Mesure, 'lignes' | 'refusees'> & { publiques: number | null };

const REFERENCE_MS = 30 * 24 * 3_600_000;

/**
 * What the next file is held against, given those that were applied, the newest first: the greatest of the last 30 days, so that
 * many small falls are seen as the great one that they are; none before the last that a person applied. Null where there is none.
 */
export function referenceOf(applied: readonly FichierApplique[], now: Date): Reference | null {
  const kept = applied.filter(({ annule }) => !annule);
  const [last] = kept;
  if (!last) return null;
  const seen = kept.findIndex(({ accepte }) => accepte);
  const recent = (seen === -1 ? kept : kept.slice(0, seen + 1)).filter(
    (file) => file === last || now.getTime() - file.le.getTime() <= REFERENCE_MS,
  );
  return {
    lignes: Math.max(...recent.map(({ lignes }) => lignes)),
    publiques: Math.max(...recent.map(({ publiques }) => publiques)),
    refusees: last.refusees,
  };
}

/**
 * Why a file that can be read is not applied by itself, in a French sentence; null where it may be: over a fifth of its rows, or of
 * those that can be published, are lost, over a fifth are refused that were not, or as many lieux have changed identifier.
 */
export function reasonToHold(avant: Reference, apres: Mesure): string | null {
  const reason = reasonAgainst(avant, apres);
  return reason === null ? null : `${reason.replace(/(?<!\?)$/, '.')} Rien n’a été appliqué.`;
}

function reasonAgainst(avant: Reference, apres: Mesure): string | null {
  const lignes = chuteOf({ avant: avant.lignes, apres: apres.lignes });
  if (lignes !== null) return `Ce fichier n’a plus que ${lignes}`;
  const lieux = chuteOf({ avant: avant.publiques, apres: apres.publiques }, ['lieu publiable', 'lieux publiables']);
  if (lieux !== null) return `Ce fichier n’a plus que ${lieux}`;
  if (apres.refusees - avant.refusees > apres.lignes * CHUTE)
    return `Ce fichier a ${apres.refusees} ${apres.refusees === 1 ? 'ligne refusée' : 'lignes refusées'} sur ${apres.lignes}, au lieu de ${avant.refusees}`;
  if (apres.absents > avant.lignes * CHUTE)
    return `Ce fichier n’a plus les identifiants de ${apres.absents} ${apres.absents === 1 ? 'lieu' : 'lieux'} de cette source : ont-ils changé ?`;
  return null;
}

const REMINDER_MS = 7 * 24 * 3_600_000;

/** Whether its people are to be told: of something new, or again after a week of the same. */
export function alerteDue(
  before: { alerte: string | null; alerte_le: Date | null },
  alerte: 'echec' | 'retenu',
  now: Date,
): boolean {
  // An hour less: two nights are not always the same length apart.
  return (
    before.alerte !== alerte ||
    before.alerte_le === null ||
    now.getTime() - before.alerte_le.getTime() >= REMINDER_MS - 3_600_000
  );
}

/**
 * Whether somebody sees a source and changes it: whoever declared it, who moderates the whole country, and an animateur of the same
 * organisation whose territories hold those that it was declared for.
 */
export function canOnSource(
  roles: Roles,
  source: { utilisateur_id: string | null; organisation: string; territoires: readonly string[] },
): boolean {
  if (grantsRoles(roles) || source.utilisateur_id === roles.utilisateurId) return true;
  if (!isSameOrganisation(roles.animation?.organisation, source.organisation)) return false;
  const own = new Set(roles.animation?.territoires.map(formatTerritoire));
  const needed = territoiresOfSource(source) ?? [];
  return needed.length > 0 && needed.every((territoire) => own.has(formatTerritoire(territoire)));
}

/** The territories that a source was declared for; null for the whole country. */
export function territoiresOfSource({ territoires }: { territoires: readonly string[] }): Territoire[] | null {
  if (territoires.length === 0) return null;
  return territoires.map(parseTerritoire).filter((territoire) => territoire !== null);
}
