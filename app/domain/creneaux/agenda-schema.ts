import { z } from 'zod';
import { parseLocalDate } from '../horaires/dates.ts';
import { SERVICES } from '../vocabulaires.ts';
import { MODALITES } from './modalites.ts';

/** Lengths of an appointment that the form proposes, in minutes. */
export const DUREES = [15, 20, 30, 45, 60, 90, 120] as const;

/** How long before, at the latest, one may book, in minutes. */
export const DELAIS_MIN = [
  { value: 0, label: 'Jusqu’au dernier moment' },
  { value: 120, label: '2 heures avant' },
  { value: 1440, label: 'La veille' },
  { value: 2880, label: 'Deux jours avant' },
] as const;

/** `HH:MM` as minutes since midnight. */
const minutes = (error: string) =>
  z
    .string({ error })
    .regex(/^([01]\d|2[0-3]):[0-5]\d$/, error)
    .transform((text) => Number(text.slice(0, 2)) * 60 + Number(text.slice(3)));

const localDate = (error: string) => z.string({ error }).refine((text) => parseLocalDate(text) !== null, error);

const name = (missing: string) =>
  z.string({ error: missing }).trim().min(1, missing).max(120, 'C’est trop long : 120 lettres au plus.');

const optionalText = (max: number) =>
  z
    .string()
    .trim()
    .max(max, `C’est trop long : ${max} lettres au plus.`)
    .optional()
    .transform((text) => text || null);

const ressourceNom = name('Dites qui reçoit. Exemple : Samira, ou Bureau 2.');

const prestationFields = {
  prestation: name('Dites pour quoi on vient. Exemple : Aide pour une démarche en ligne.'),
  service: z.enum(SERVICES).optional(),
  duree: z.coerce.number({ error: 'Choisissez une durée.' }).int().min(5).max(1440),
  tampon: z.coerce.number().int().min(0).max(480).default(0),
  delai_min: z.coerce.number().int().min(0).max(20_160).default(120),
  modalites: z
    .array(z.enum(MODALITES), { error: 'Cochez au moins une façon de se voir.' })
    .min(1, 'Cochez au moins une façon de se voir.'),
  consignes: optionalText(2000),
};

const hoursFields = {
  jours: z
    .array(z.coerce.number().int().min(1).max(7), { error: 'Cochez au moins un jour.' })
    .min(1, 'Cochez au moins un jour.'),
  debut: minutes('Donnez l’heure de début. Exemple : 09:00.'),
  fin: minutes('Donnez l’heure de fin. Exemple : 12:00.'),
};

/** An end at midnight is the end of the day; one before the start is a slip. */
function endOf({ debut, fin }: { debut: number; fin: number }): number {
  return fin === 0 ? 1440 : fin > debut ? fin : Number.NaN;
}

const END_FIRST = { path: ['fin'], message: 'La fin doit venir après le début. Exemple : de 09:00 à 12:00.' };

/** Who receives. */
export const ressourceSchema = z.object({ ressource: ressourceNom });

/** A kind of help and those who give it. */
export const prestationSchema = z.object({
  ...prestationFields,
  ressources: z
    .array(z.coerce.number().int(), { error: 'Cochez au moins une personne.' })
    .min(1, 'Cochez au moins une personne.'),
});

/** Hours of someone, every n weeks. */
export const plageSchema = z
  .object({
    ressource_id: z.coerce.number().int(),
    prestations: z
      .array(z.coerce.number().int(), { error: 'Cochez au moins un type d’aide.' })
      .min(1, 'Cochez au moins un type d’aide.'),
    ...hoursFields,
    toutes_les: z.coerce.number().int().min(1).max(52).default(1),
    valide_du: localDate('Donnez le premier jour. Exemple : 2026-09-01.'),
    valide_au: localDate('Ce jour n’existe pas. Exemple : 2026-12-31.').optional(),
  })
  .refine((hours) => !Number.isNaN(endOf(hours)), END_FIRST)
  .refine(({ valide_du, valide_au }) => valide_au === undefined || valide_au >= valide_du, {
    path: ['valide_au'],
    message: 'Le dernier jour doit venir après le premier.',
  })
  .transform((plage) => ({ ...plage, fin: endOf(plage) }));

/** Everything at once, for a lieu that begins: who, for what, when. */
export const ouvertureSchema = z.discriminatedUnion(
  'horaires',
  [
    z.object({ horaires: z.literal('lieu'), ressource: ressourceNom, ...prestationFields }),
    z
      .object({ horaires: z.literal('choisis'), ressource: ressourceNom, ...prestationFields, ...hoursFields })
      .refine((hours) => !Number.isNaN(endOf(hours)), END_FIRST)
      .transform((opening) => ({ ...opening, fin: endOf(opening) })),
  ],
  { error: 'Choisissez quels horaires suivre.' },
);

/** An absence, or a closure where `ressource_id` is empty: whole days, both included. */
export const fermetureSchema = z
  .object({
    ressource_id: z.coerce.number().int().optional(),
    du: localDate('Donnez le premier jour. Exemple : 2026-12-24.'),
    au: localDate('Donnez le dernier jour. Exemple : 2027-01-02.'),
    motif: optionalText(500),
  })
  .refine(({ du, au }) => au >= du, { path: ['au'], message: 'Le dernier jour doit venir après le premier.' });

/** One of the things of an agenda, by its number. */
export const numeroSchema = z.object({ id: z.coerce.number().int() });

/** A plage on one of its dates. */
export const plageDateSchema = z.object({
  plage_id: z.coerce.number().int(),
  jour: z.string().refine((text) => parseLocalDate(text) !== null),
});

/** What holds for the whole agenda. */
export const reglageSchema = z.object({
  actif: z.enum(['oui', 'non']).transform((answer) => answer === 'oui'),
  feries: z.enum(['ferme', 'ouvert']),
});
