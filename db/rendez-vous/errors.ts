import type { OfferedSlot } from '#app/domain/creneaux/offer.ts';

/**
 * The slot cannot be booked: `pris` by someone else meanwhile, or `inconnu`, a time that the rules do not give (any more).
 * `nearest` are free ones of the same kind of help, by start.
 */
export class SlotUnavailableError extends Error {
  override readonly name = 'SlotUnavailableError';
  constructor(
    readonly reason: 'pris' | 'inconnu',
    readonly nearest: readonly OfferedSlot[],
  ) {
    super(`slot unavailable: ${reason}`);
  }
}

/** The same contact holds as many bookings to come as the lieu allows. */
export class BookingLimitError extends Error {
  override readonly name = 'BookingLimitError';
  constructor(readonly max: number) {
    super(`more than ${max} bookings to come`);
  }
}

/** The same contact has just booked as often as anyone may, whatever the lieux. */
export class BookingRateError extends Error {
  override readonly name = 'BookingRateError';
  constructor(
    readonly max: number,
    /** Until the next is taken. */
    readonly seconds: number,
  ) {
    super(`more than ${max} bookings in a row`);
  }
}

/** Something in use at this lieu has that name already: people could not tell the two apart. */
export class NameTakenError extends Error {
  override readonly name = 'NameTakenError';
  constructor(readonly of: 'ressource' | 'prestation') {
    super(`name taken: ${of}`);
  }
}

/** The appointment has begun or is over: it is no longer cancelled from a link. */
export class BookingStartedError extends Error {
  override readonly name = 'BookingStartedError';
}
