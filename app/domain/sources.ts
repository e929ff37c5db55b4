import { z } from 'zod';
import { localMoment } from './horaires/opening.ts';
import { chuteOf, lastNight } from './listes-officielles.ts';
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

/** Why a file that can be read is not applied by itself, in a French sentence; null where it may be. */
export function reasonToHold(rows: { avant: number | null; apres: number }): string | null {
  const chute = chuteOf(rows);
  return chute === null ? null : `Ce fichier n’a plus que ${chute}. Rien n’a été appliqué.`;
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
