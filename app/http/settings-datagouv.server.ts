import { z } from 'zod';
import { originOf } from './settings-origin.ts';

/** How the exports are published on data.gouv.fr, or on another server with its API. */
export interface DatagouvSettings {
  /** Origin, without a final slash. */
  url: string;
  /** Secret: never in a log, a page or an error. */
  cle: string;
  /** Id of the organisation that publishes. */
  organisation: string;
  /** Id of a dataset that is there already; null: it is found again by our mark, or created. */
  jeu: string | null;
}

const identifiant = (what: string) =>
  z
    .string()
    .regex(
      /^[0-9a-f]{24}$/,
      `identifiant ${what} attendu, 24 chiffres et lettres de a à f (exemple : 5bbb6d6cff66bd4dc17bfd5a)`,
    );

/** The settings of data.gouv.fr, as they stand in the environment. A key is never said in what is wrong with it. */
export const datagouvEnvironment = {
  DATAGOUV_URL: z
    .string()
    .refine(isSafeOrigin, 'adresse en https, sans rien derrière, attendue (exemple : https://demo.data.gouv.fr)')
    .default('https://www.data.gouv.fr'),
  DATAGOUV_API_KEY: z
    .string()
    .regex(
      /^[\x21-\x7e]{16,2000}$/,
      'clé d’au moins 16 caractères, sans espace, attendue (profil data.gouv.fr, « Clé d’API »)',
    )
    .optional(),
  DATAGOUV_ORGANISATION: identifiant('d’organisation').optional(),
  DATAGOUV_JEU: identifiant('de jeu de données').optional(),
};

const all = z.object(datagouvEnvironment);

/** Null without a key: then nothing is published there. */
export function datagouvOf(e: z.output<typeof all>): DatagouvSettings | null {
  const { DATAGOUV_URL, DATAGOUV_API_KEY: cle, DATAGOUV_ORGANISATION: organisation, DATAGOUV_JEU } = e;
  if (cle === undefined || organisation === undefined) return null;
  return { url: DATAGOUV_URL.replace(/\/+$/, ''), cle, organisation, jeu: DATAGOUV_JEU ?? null };
}

/** An origin to which a key may be sent: encrypted, or this very machine. */
function isSafeOrigin(value: string): boolean {
  const origin = originOf(value);
  if (origin === null) return false;
  const { protocol, hostname } = new URL(origin);
  return (
    protocol === 'https:' || hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname)
  );
}
