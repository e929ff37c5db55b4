import { Link } from '@remix-run/react';
import { useMemo } from 'react';
import { type Booked, bookingsLeftOut } from '#app/domain/horaires/booked.ts';
import type { CalendarPlace } from '#app/domain/horaires/calendar.ts';
import { localDay } from '#app/domain/horaires/opening.ts';
import { Button } from './button.tsx';
import { formatCount, formatDateWithWeekday, formatHour } from './format.ts';
import { Notice } from './notice.tsx';

/** Above the buttons that save: the appointments that these hours would leave outside. */
export function BookedWarning({ before, after, place }: { before: string; after: string; place: CalendarPlace }) {
  const leftOut = useMemo(() => bookingsLeftOut(place.booked, { before, after, ...place }), [before, after, place]);
  if (leftOut.length === 0) return null;
  return (
    <Notice kind="warning" title={titleOf(leftOut.length)}>
      <BookedList booked={leftOut} zone={place.zone} />
      <p>Changer les horaires n’annule pas ces rendez-vous : prévenez les personnes.</p>
    </Notice>
  );
}

/** Before saving all the same: what the server found, a way to the agenda, and the button that confirms. */
export function BookedConfirmation({
  booked,
  zone,
  agendaPath,
}: {
  booked: readonly Booked[];
  zone: string;
  agendaPath: string | null;
}) {
  return (
    <Notice kind="warning" title={titleOf(booked.length)} live>
      <BookedList booked={booked} zone={zone} />
      <p>
        Rien n’est encore enregistré. Changer les horaires n’annule pas ces rendez-vous : prévenez les personnes
        {agendaPath ? (
          <>
            {' '}
            depuis <Link to={agendaPath}>votre agenda</Link>
          </>
        ) : null}
        .
      </p>
      <input type="hidden" name="rendez_vous_vus" value={booked.map(({ id }) => id).join(',')} />
      <Button look="danger" name="intent" value="enregistrer-quand-meme">
        Enregistrer quand même
      </Button>
    </Notice>
  );
}

/** When, and what for; nothing of who comes. */
export function BookedList({ booked, zone }: { booked: readonly Booked[]; zone: string }) {
  return (
    <ul>
      {booked.map(({ id, debut, prestation }) => (
        <li key={id}>
          {formatDateWithWeekday(localDay(debut, zone))} à {formatHour(debut, zone)}, {prestation}
        </li>
      ))}
    </ul>
  );
}

function titleOf(count: number): string {
  return `${formatCount(count, 'rendez-vous déjà pris tomberait', 'rendez-vous déjà pris tomberaient')} quand c’est fermé`;
}
