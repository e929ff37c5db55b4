/** The address of the booking page of a lieu, at the step that what is given allows. */
export function bookingPath(query: { lieu: string; prestation?: number; debut?: Date; depuis?: string }): string {
  const params = new URLSearchParams({ lieu: query.lieu });
  if (query.prestation !== undefined) params.set('prestation', String(query.prestation));
  if (query.debut !== undefined) params.set('debut', query.debut.toISOString());
  if (query.depuis !== undefined) params.set('depuis', query.depuis);
  return `/rendez-vous/prendre?${params}`;
}
