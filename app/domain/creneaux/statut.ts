/** `retenue`: kept until the link sent by mail is opened; `confirmee`: firm; `annulee`: over, its place is free again. */
export type ReservationStatut = 'retenue' | 'confirmee' | 'annulee';

/** What can happen to a réservation: `expirer` is the end of the time for which it was held. */
export type ReservationEvent = 'confirmer' | 'annuler' | 'expirer' | 'deplacer';

const TRANSITIONS: Record<ReservationStatut, Partial<Record<ReservationEvent, ReservationStatut>>> = {
  retenue: { confirmer: 'confirmee', annuler: 'annulee', expirer: 'annulee' },
  confirmee: { annuler: 'annulee', deplacer: 'confirmee' },
  annulee: {},
};

/** The statut after an event, or null where the event cannot happen to it. The only place where this is decided. */
export function statutAfter(statut: ReservationStatut, event: ReservationEvent): ReservationStatut | null {
  return TRANSITIONS[statut][event] ?? null;
}
