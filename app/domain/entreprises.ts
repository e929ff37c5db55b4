import { z } from 'zod';
import { isDay } from './valeurs.ts';

/** What the register of companies says of an establishment. */
export interface EtatDeSiret {
  /** `absent`: it does not know it, or does not tell of it. */
  etat: 'actif' | 'ferme' | 'absent';
  /** Day of its closure, AAAA-MM-JJ, where it says one. */
  date_fermeture: string | null;
}

/** An answer that says nothing one may rely on. */
export class ReponseIncoherente extends Error {
  override name = 'ReponseIncoherente';
}

/** The query of « Recherche d'entreprises » for one establishment: `/search`, with no more than what is read of it. */
export function searchOfSiret(siret: string): string {
  const params = { q: siret, page: '1', per_page: '1', minimal: 'true', include: 'siege,matching_etablissements' };
  return `/search?${new URLSearchParams(params)}`;
}

/**
 * What an answer of « Recherche d'entreprises » says of this very SIRET: other establishments of the same company, which it may give
 * too, are not it.
 * @throws {ReponseIncoherente} where it has not the shape that is documented, or says two things
 */
export function readReponseEntreprises(body: unknown, siret: string, today: string): EtatDeSiret {
  const read = reponse.safeParse(body);
  if (!read.success) throw new ReponseIncoherente(read.error.issues[0]?.message ?? 'another shape');
  const found = read.data.results
    .flatMap(({ siege, matching_etablissements }) => [...(siege ? [siege] : []), ...(matching_etablissements ?? [])])
    .filter((etablissement) => etablissement.siret === siret);
  const [first] = found;
  if (!first) return { etat: 'absent', date_fermeture: null };
  if (found.some(({ etat_administratif }) => etat_administratif !== first.etat_administratif)) {
    throw new ReponseIncoherente('open and closed at once');
  }
  if (first.etat_administratif === 'A') return { etat: 'actif', date_fermeture: null };
  if (first.etat_administratif === 'F') return { etat: 'ferme', date_fermeture: dayOf(first.date_fermeture, today) };
  throw new ReponseIncoherente('neither open nor closed');
}

const etablissement = z.object({
  siret: z.string(),
  etat_administratif: z.string().nullish(),
  date_fermeture: z.string().nullish(),
});

const reponse = z.object({
  results: z.array(
    z.object({ siege: etablissement.nullish(), matching_etablissements: z.array(etablissement).nullish() }),
  ),
});

/** A day that has been; null for anything else. */
function dayOf(text: string | null | undefined, today: string): string | null {
  const [, year, month, day] = /^(\d{4})-(\d\d)-(\d\d)$/.exec(text ?? '') ?? [];
  const isPast = text != null && text <= today;
  return isPast && isDay(Number(year), Number(month), Number(day)) ? text : null;
}
