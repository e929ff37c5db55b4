export interface WeekTableData {
  /** The seven days to come, where no week is like the others; else the usual week. */
  coming: boolean;
  /** Monday first; those to come from today on. */
  days: { nom: string; heures: string; ferme: boolean; today: boolean }[];
  /** What the week does not say: public holidays, odd weeks, appointments. */
  precisions: string[];
}

/** The week of a lieu, day by day, today's line marked. */
export function WeekTable({ week }: { week: WeekTableData }) {
  return (
    <>
      {week.days.length > 0 ? (
        <table className={week.coming ? 'week-table week-coming' : 'week-table'}>
          <caption className={week.coming ? 'week-caption' : 'visually-hidden'}>
            {week.coming ? 'Les sept prochains jours' : 'Horaires par jour'}
          </caption>
          <tbody>
            {week.days.map(({ nom, heures, ferme, today }) => (
              <tr key={nom} className={today ? 'week-today' : undefined} aria-current={today ? 'date' : undefined}>
                <th scope="row">
                  {nom}
                  {today ? <span className="visually-hidden"> (aujourd’hui)</span> : null}
                </th>
                <td className={ferme ? 'week-closed' : undefined}>{heures}</td>
              </tr>
            ))}
          </tbody>
        </table>
      ) : null}
      {week.precisions.length > 0 ? (
        <ul className="week-notes">
          {week.precisions.map((precision) => (
            <li key={precision}>{precision}</li>
          ))}
        </ul>
      ) : null}
    </>
  );
}
