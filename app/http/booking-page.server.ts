import type { z } from 'zod';
import type { JourDeChoix, TypeDAide } from '#app/components/creneaux.tsx';
import type { bookingSchema } from '#app/domain/creneaux/booking-schema.ts';
import { isDatabaseUnavailable } from '#db/connection.ts';
import { BookingLimitError, BookingRateError, SlotUnavailableError } from '#db/rendez-vous/errors.ts';
import { BUSY } from './busy.server.ts';
import type { Context } from './context.ts';
import { refusalOf } from './limits.server.ts';
import {
  book,
  type ChosenSlot,
  DAYS_SHOWN,
  drawFormKey,
  type LieuDuRendezVous,
  loadChosenSlot,
  loadLieu,
  loadTypes,
} from './reservation.server.ts';

/** Nothing to book here: the lieu's own link elsewhere, or none. */
export interface BookingElsewhereStep {
  etape: 'ailleurs';
  lieu: LieuDuRendezVous;
  url: string | null;
}

/** What for, then when. `pris`: the start that was asked for is no longer free. */
export interface BookingChooseStep {
  etape: 'choisir';
  lieu: LieuDuRendezVous;
  fuseau: string;
  types: readonly TypeDAide[];
  type: TypeDAide | null;
  /** From where the days that come after those shown begin; null where there are none. */
  suite: string | null;
  depuis: boolean;
  pris: { debut: Date; proches: ChosenSlot['proches'] } | null;
}

/** Who, for a start that is free. */
export interface BookingWriteStep {
  etape: 'ecrire';
  lieu: LieuDuRendezVous;
  choix: ChosenSlot;
  cle: string;
}

export type BookingStep = BookingElsewhereStep | BookingChooseStep | BookingWriteStep;

/** The step of the booking page that its query string allows. What it says wrongly is ignored. */
export async function loadBooking(context: Context, query: URLSearchParams): Promise<BookingStep> {
  const { lieu, ailleurs } = await loadLieu(context, query.get('lieu'));
  const prestationId = Number(query.get('prestation') ?? Number.NaN);
  const choix = await loadChoice(context, lieu, query);
  if (choix?.libre) return { etape: 'ecrire', lieu, choix, cle: drawFormKey() };

  const depuis = query.get('depuis');
  const found = await loadTypes(context, { lieuId: lieu.id, depuis });
  if (found === null) return { etape: 'ailleurs', lieu, url: ailleurs };
  const { fuseau, types } = found;
  const only = types.length === 1 ? types[0] : undefined;
  const type = types.find(({ id }) => id === prestationId) ?? only ?? null;
  const pris = choix === null ? null : { debut: choix.debut, proches: choix.proches };
  return { etape: 'choisir', lieu, fuseau, types, type, suite: nextFrom(type?.jours), depuis: depuis !== null, pris };
}

/** The form that was sent, whether its moment is still free or not; null where its address names no moment. */
export async function loadBookingForm(context: Context, query: URLSearchParams): Promise<BookingWriteStep | null> {
  const { lieu } = await loadLieu(context, query.get('lieu'));
  const choix = await loadChoice(context, lieu, query);
  return choix && { etape: 'ecrire', lieu, choix, cle: drawFormKey() };
}

async function loadChoice(
  context: Context,
  lieu: LieuDuRendezVous,
  query: URLSearchParams,
): Promise<ChosenSlot | null> {
  const prestationId = Number(query.get('prestation') ?? Number.NaN);
  const debut = new Date(query.get('debut') ?? Number.NaN);
  const isSlot = Number.isSafeInteger(prestationId) && Math.abs(debut.getTime() - context.now().getTime()) < REACH_MS;
  return isSlot ? loadChosenSlot(context, { lieuId: lieu.id, prestationId, debut }) : null;
}

/** Three years: no notice is so long, and the database holds no date that is much further. */
const REACH_MS = 3 * 366 * 86_400_000;

/**
 * Why a booking was refused: a moment that is not free (any more), one contact that holds too many, or, in a French
 * sentence, too many in a row or a service too busy.
 */
export type BookingRefusal =
  | { motif: 'pris' | 'inconnu' }
  | { motif: 'limite'; max: number }
  | { motif: 'trop' | 'occupe'; phrase: string };

/** Books what a form that is right asks for. Limits are spent by such forms only: mistakes cost nothing. */
export async function tryBooking(
  context: Context,
  form: z.output<typeof bookingSchema>,
): Promise<{ jeton: string } | { refus: BookingRefusal }> {
  const trop = await refusalOf(() => context.limits.spend('rendezVousAdresse', context.clientAddress));
  if (trop !== null) return { refus: { motif: 'trop', phrase: trop } };
  try {
    return { jeton: await book(context, form) };
  } catch (error) {
    return { refus: await bookingRefusalOf(context, error) };
  }
}

async function bookingRefusalOf({ limits }: Context, error: unknown): Promise<BookingRefusal> {
  if (error instanceof BookingLimitError) return { motif: 'limite', max: error.max };
  if (error instanceof SlotUnavailableError) return { motif: error.reason };
  if (isDatabaseUnavailable(error)) return { motif: 'occupe', phrase: BUSY };
  if (!(error instanceof BookingRateError)) throw error;
  const { max, seconds } = error;
  const what = `Cette adresse vient de prendre ${max} rendez-vous : c’est le plus en une heure.`;
  return { motif: 'trop', phrase: (await refusalOf(() => limits.refuse(seconds, what))) ?? what };
}

/** The millisecond after the last start shown: what follows is the next page. */
function nextFrom(jours: readonly JourDeChoix[] | undefined): string | null {
  const last = jours?.at(-1)?.choix.at(-1);
  return jours === undefined || jours.length < DAYS_SHOWN || last === undefined
    ? null
    : new Date(last.debut.getTime() + 1).toISOString();
}
