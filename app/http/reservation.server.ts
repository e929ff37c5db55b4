import { createHmac, randomBytes } from 'node:crypto';
import type { z } from 'zod';
import type { TypeDAide } from '#app/components/creneaux.tsx';
import { courrielAnnule, courrielPris } from '#app/courriels/rendez-vous.ts';
import type { bookingSchema } from '#app/domain/creneaux/booking-schema.ts';
import { MODALITES, type Modalite } from '#app/domain/creneaux/modalites.ts';
import { type Fiche, findPublicFiche } from '#db/fiches.ts';
import { findPublicOffers } from '#db/rendez-vous/creneaux.ts';
import { SlotUnavailableError } from '#db/rendez-vous/errors.ts';
import {
  bookSlot,
  cancelReservation,
  findReservationByToken,
  listNearest,
  type ReservationDetail,
} from '#db/rendez-vous/reservations.ts';
import type { Context } from './context.ts';
import { findTypesDAide } from './creneaux.server.ts';
import { fichePath } from './fiche-path.ts';
import { notFound } from './guards.server.ts';
import { bookingPath } from './rendez-vous-path.ts';

/** What the booking page says of the lieu. */
export interface LieuDuRendezVous {
  id: string;
  nom: string;
  adresse: string;
  telephone: string | null;
  path: string;
}

/** The lieu of a booking page, and its own link where it takes appointments elsewhere. Throws a 404 for what is not public. */
export async function loadLieu(
  context: Context,
  id: string | null,
): Promise<{ lieu: LieuDuRendezVous; ailleurs: string | null }> {
  const found = id === null ? undefined : await findPublicFiche(context.dbRead, id);
  if (!found?.fiche || found.fiche.statut === 'ferme') throw notFound();
  const { fiche } = found;
  return { lieu: describe(fiche), ailleurs: fiche.prise_rdv };
}

/** The kinds of help of a lieu with their free days from a moment on; null where it takes no appointments here. */
export async function loadTypes(
  context: Context,
  { lieuId, depuis }: { lieuId: string; depuis: string | null },
): Promise<{ fuseau: string; types: readonly TypeDAide[] } | null> {
  const now = context.now();
  const wanted = depuis === null ? Number.NaN : Date.parse(depuis);
  const from = wanted > now.getTime() && wanted < now.getTime() + YEAR_MS ? new Date(wanted) : now;
  return findTypesDAide(context.db, { lieuId, from, now, days: DAYS_SHOWN, perDay: 100 });
}

/** Days that the booking page shows at a time. */
export const DAYS_SHOWN = 7;
const YEAR_MS = 366 * 86_400_000;

export interface ChosenSlot {
  fuseau: string;
  prestation: { id: number; nom: string; duree: number; consignes: string | null };
  modalites: readonly Modalite[];
  debut: Date;
  fin: Date;
  libre: boolean;
  /** Where it is not free: others, as near as possible. */
  proches: readonly { prestation_id: number; debut: Date; places: number }[];
}

/** A start that someone has chosen, free or not; null where the lieu has no such kind of help. */
export async function loadChosenSlot(
  context: Context,
  { lieuId, prestationId, debut }: { lieuId: string; prestationId: number; debut: Date },
): Promise<ChosenSlot | null> {
  const now = context.now();
  const to = new Date(debut.getTime() + 1);
  const found = await findPublicOffers(context.db, { lieuId, from: debut, to, now });
  const prestation = found?.agenda.prestations.find(({ id, en_ligne }) => id === prestationId && en_ligne);
  if (!found || !prestation) return null;
  const offer = found.offers.find(({ prestation_id }) => prestation_id === prestationId);
  const { id, nom, duree, consignes } = prestation;
  return {
    fuseau: found.agenda.fuseau,
    prestation: { id, nom, duree, consignes },
    modalites: MODALITES.filter((modalite) => prestation.modalites.includes(modalite)),
    debut,
    fin: offer?.fin ?? new Date(debut.getTime() + duree * 60_000),
    libre: offer !== undefined,
    proches: offer === undefined ? await listNearest(context.db, { lieuId, prestationId, debut, now }) : [],
  };
}

/** A form key: see `bookingSchema`. */
export function drawFormKey(): string {
  return randomBytes(18).toString('base64url');
}

/**
 * Books what a form asks for and queues the mail. The token of the private link is derived from the form's key and from
 * what was written in it, so that the same form sent twice (a double click, a page sent again) leads to the one booking,
 * and a form sent again for another person does not pass for it.
 * @returns the token
 * @throws SlotUnavailableError, BookingLimitError, BookingRateError
 */
export async function book(context: Context, form: z.output<typeof bookingSchema>): Promise<string> {
  const { settings, db } = context;
  const [secret] = settings.secrets;
  const keyed = (text: string) => createHmac('sha256', secret).update(text);
  const { lieu, prestation, debut, modalite, nom, courriel, note } = form;
  const what = JSON.stringify([form.cle, lieu, prestation, debut.toISOString(), nom, courriel]);
  const jeton = keyed(`rendez-vous ${what}`).digest('base64url');
  try {
    await bookSlot(db, {
      lieuId: lieu,
      prestationId: prestation,
      debut,
      modalite,
      nom,
      courriel,
      note,
      telephone: null,
      courrielEmpreinte: keyed(`contact ${courriel}`).digest(),
      jeton,
      now: context.now(),
      courrielOf: (reservation) =>
        courrielPris({ ...reservation, courriel }, { url: `${settings.publicUrl}/rendez-vous/${jeton}` }),
    });
  } catch (error) {
    if (!(error instanceof SlotUnavailableError)) throw error;
    const mine = await findReservationByToken(db, jeton);
    if (mine?.statut !== 'confirmee') throw error;
  }
  return jeton;
}

/**
 * The booking of a private link. Throws a 404 for a link that never was, a 429 where someone tries many.
 */
export async function loadReservation(context: Context, jeton: string | undefined): Promise<ReservationDetail> {
  await context.limits.spend('rendezVousJeton', context.clientAddress);
  const reservation = jeton === undefined ? undefined : await findReservationByToken(context.db, jeton);
  if (!reservation) throw notFound();
  return reservation;
}

/**
 * Cancels the booking of a private link and tells its holder by mail.
 * @throws BookingStartedError once it has begun
 */
export async function cancel(context: Context, jeton: string): Promise<void> {
  await cancelReservation(context.db, {
    jeton,
    now: context.now(),
    courrielOf: (reservation) => {
      const { courriel, lieu_id, prestation_id } = reservation;
      if (courriel === null) return null;
      const url = `${context.settings.publicUrl}${bookingPath({ lieu: lieu_id, prestation: prestation_id })}`;
      return courrielAnnule({ ...reservation, courriel }, { url });
    },
  });
}

function describe(fiche: Fiche): LieuDuRendezVous {
  return {
    id: fiche.id,
    nom: fiche.nom ?? 'ce lieu',
    adresse: [fiche.adresse, [fiche.code_postal, fiche.commune].filter(Boolean).join(' ')].filter(Boolean).join(', '),
    telephone: fiche.telephone,
    path: fichePath(fiche),
  };
}
