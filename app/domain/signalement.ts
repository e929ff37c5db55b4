import { z } from 'zod';

/** What a citizen may say is wrong with a fiche, in the order of the form, as the database knows it. */
export const MOTIFS = ['horaires', 'telephone', 'adresse', 'ferme', 'services', 'autre'] as const;

export type Motif = (typeof MOTIFS)[number];

/** How people read a motif. */
export const MOTIF_LABELS: Readonly<Record<Motif, string>> = {
  horaires: 'Les horaires sont faux',
  telephone: 'Le téléphone ou le courriel est faux',
  adresse: 'L’adresse est fausse',
  ferme: 'Le lieu a fermé',
  services: 'On n’y trouve pas l’aide annoncée',
  autre: 'Autre chose',
};

/** What a citizen writes to report an error: one definition for the page and for the server. Messages are French sentences. */
export const signalementSchema = z
  .object({
    motif: z.enum(MOTIFS, { error: 'Choisissez ce qui est faux. Si rien ne convient, prenez « Autre chose ».' }),
    message: z
      .string()
      .trim()
      .max(2000, 'Ce message est trop long : 2 000 lettres au plus. Dites l’essentiel.')
      .optional()
      .transform((text) => text || null),
    courriel: z
      .string()
      .trim()
      .toLowerCase()
      .max(254, 'Cette adresse est trop longue : vérifiez-la.')
      .pipe(z.email('Cette adresse ne ressemble pas à un courriel. Exemple : camille@exemple.fr.'))
      .optional()
      .transform((text) => text ?? null),
    /** Drawn with the page: the same form sent twice is one report. */
    cle: z.string().regex(/^[\w-]{22,64}$/),
  })
  .refine(({ motif, message }) => motif !== 'autre' || message !== null, {
    path: ['message'],
    error: 'Écrivez en une phrase ce qui est faux. Exemple : la porte d’entrée est de l’autre côté.',
  });

/** Letters and digits that nobody mistakes for others. */
const SYMBOLS = '23456789ABCDEFGHJKMNPQRSTVWXYZ';
const LENGTH = 10;

/** The number of a report from at least 10 random or keyed bytes: ten symbols, some 49 bits, not to be guessed. */
export function numeroOf(bytes: Uint8Array): string {
  if (bytes.length < LENGTH) throw new RangeError(`A number needs ${LENGTH} bytes.`);
  return Array.from(bytes.subarray(0, LENGTH), (byte) => SYMBOLS.charAt(byte % SYMBOLS.length)).join('');
}

/** A number as people write it, in one word or two, in any case; null for what is none. */
export function readNumero(text: string): string | null {
  const plain = text.toUpperCase().replace(/[\s-]/g, '');
  return plain.length === LENGTH && [...plain].every((symbol) => SYMBOLS.includes(symbol)) ? plain : null;
}

/** A number in two words, to be read over the telephone. */
export function formatNumero(numero: string): string {
  return `${numero.slice(0, LENGTH / 2)} ${numero.slice(LENGTH / 2)}`;
}
