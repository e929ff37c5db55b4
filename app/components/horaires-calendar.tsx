import { useEffect, useMemo, useRef, useState } from 'react';
import { type CalendarDay, type CalendarPlace, calendarWeeks, summaryOf } from '#app/domain/horaires/calendar.ts';
import { DAY_NAMES } from '#app/domain/horaires/words.ts';

/** Said again in words, for browsers that forget what a table is once the style sheet lays it out as a list on a phone. */
const ROLES = {
  table: { role: 'table' },
  rowgroup: { role: 'rowgroup' },
  row: { role: 'row' },
  columnheader: { role: 'columnheader' },
  rowheader: { role: 'rowheader' },
  cell: { role: 'cell' },
} as const;

/** How long after the last change the summary is said: not at every key. */
const SAID_AFTER_MS = 2000;

/** The next six weeks as the public will see them, in a table of weeks and days. */
export function HorairesCalendar({ text, waiting, place }: { text: string; waiting: boolean; place: CalendarPlace }) {
  const weeks = useMemo(() => calendarWeeks(text, place), [text, place]);
  const summary = useMemo(() => (weeks ? summaryOf(weeks) : null), [weeks]);
  const said = useSaid(summary ?? '');
  return (
    <section className="calendar" aria-labelledby="calendrier">
      <h2 id="calendrier" className="horaires-title">
        Ce que le public verra
      </h2>
      {weeks === null ? (
        <p className="field-help">
          {text === '' ? 'Sans horaires, le public lit : « Horaires non renseignés ».' : `Le public lit : « ${text} »`}
        </p>
      ) : (
        <>
          <p className="field-help">{summary}</p>
          {waiting ? <p className="calendar-waiting">Corrigez ce qui est marqué : l’aperçu suivra.</p> : null}
          <table className="calendar-table" {...ROLES.table}>
            <caption className="visually-hidden">Les six prochaines semaines, jour par jour</caption>
            <thead {...ROLES.rowgroup}>
              <tr {...ROLES.row}>
                <th scope="col" {...ROLES.columnheader}>
                  <span className="visually-hidden">Semaine</span>
                </th>
                {DAY_NAMES.map((name) => (
                  <th key={name} scope="col" {...ROLES.columnheader}>
                    <abbr title={name}>{name.slice(0, 3)}</abbr>
                  </th>
                ))}
              </tr>
            </thead>
            <tbody {...ROLES.rowgroup}>
              {weeks.map((week) => (
                <tr key={week.numero} {...ROLES.row}>
                  <th scope="row" {...ROLES.rowheader}>
                    <span className="visually-hidden">Semaine </span>
                    <abbr title={`semaine ${week.numero}, ${week.numero % 2 === 0 ? 'paire' : 'impaire'}`}>
                      {week.numero}
                    </abbr>
                  </th>
                  {week.jours.map((day, index) => (
                    <DayCell key={day?.jour ?? `${week.numero}-${index}`} day={day} />
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </>
      )}
      <p role="status" className="visually-hidden">
        {said}
      </p>
    </section>
  );
}

function DayCell({ day }: { day: CalendarDay | null }) {
  if (!day) return <td className="calendar-past" {...ROLES.cell} />;
  return (
    <td className={`calendar-day calendar-${day.etat}`} {...ROLES.cell}>
      <time className="calendar-date" dateTime={day.jour}>
        <span className="calendar-weekday">{day.nom.slice(0, 3)}. </span>
        {day.numero}
        <span className={day.debutDeMois ? 'calendar-month calendar-month-first' : 'calendar-month'}> {day.mois}</span>
      </time>
      <DayBar day={day} />
      <span className="calendar-hours">
        {day.lignes.map((ligne) => (
          <span key={ligne} className="calendar-line">
            {ligne}
          </span>
        ))}
        {day.notes.map((note) => (
          <span key={note} className="calendar-note">
            {note}
          </span>
        ))}
      </span>
    </td>
  );
}

/** From six in the morning to ten in the evening (see `CalendarDay.barres`); the words beside say the same. */
function DayBar({ day }: { day: CalendarDay }) {
  return (
    <svg className="calendar-bar" viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true">
      <rect className="bar-ground" x="0" y="0" width="100" height="6" />
      {day.barres.map(({ x, largeur, certain }) => (
        <rect key={x} className={certain ? 'bar-open' : 'bar-maybe'} x={x} y="0" width={largeur} height="6" />
      ))}
    </svg>
  );
}

/** A sentence that is said once it has rested; the first one, which stands on the page already, is not. */
function useSaid(sentence: string): string {
  const [said, setSaid] = useState('');
  const first = useRef(sentence);
  useEffect(() => {
    if (sentence === first.current) return;
    const timer = setTimeout(() => {
      first.current = '';
      setSaid(`Aperçu à jour. ${sentence}`);
    }, SAID_AFTER_MS);
    return () => clearTimeout(timer);
  }, [sentence]);
  return said;
}
