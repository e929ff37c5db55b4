import { z } from 'zod';
import { MODALITES } from './modalites.ts';

/** What a citizen writes to book: one definition for the page and for the server. Messages are French sentences. */
export const bookingSchema = z.object({
  lieu: z.string().min(1).max(500),
  prestation: z.coerce.number().int().positive(),
  debut: z.iso.datetime({ error: 'Choisissez un moment dans la liste.' }).transform((text) => new Date(text)),
  modalite: z.enum(MODALITES, { error: 'Choisissez comment le rendez-vous se passera.' }),
  nom: z
    .string({ error: 'Écrivez votre nom, pour que l’on vous attende. Exemple : Camille Martin.' })
    .trim()
    .min(1, 'Écrivez votre nom, pour que l’on vous attende. Exemple : Camille Martin.')
    .max(120, 'Ce nom est trop long : 120 lettres au plus.'),
  courriel: z
    .string({ error: 'Écrivez votre adresse de courriel : elle reçoit la confirmation. Exemple : camille@exemple.fr.' })
    .trim()
    .toLowerCase()
    .max(254, 'Cette adresse est trop longue : vérifiez-la.')
    .pipe(z.email('Cette adresse ne ressemble pas à un courriel. Exemple : camille@exemple.fr.')),
  note: z
    .string()
    .trim()
    .max(1000, 'Ce message est trop long : 1 000 lettres au plus. Dites l’essentiel, le reste se dira sur place.')
    .optional()
    .transform((text) => text || null),
  /** Drawn with the page: the same form sent twice, with the same nom and courriel, books once. */
  cle: z.string().regex(/^[\w-]{22,64}$/),
  /** Hidden from people: only robots fill it in. */
  site: z.string().optional(),
});
