import { formatDate, formatNumber } from './format.ts';

interface BarresProps {
  /** Words and counts, in their order. */
  lignes: readonly { label: string; compte: number }[];
  total: number;
  /** The counts are percents already: they are not said beside. */
  parts?: boolean;
}

/** Parts of a whole as bars one under the other, each with its figure in words. */
export function Barres({ lignes, total, parts = false }: BarresProps) {
  return (
    <table className="stats-bars">
      <thead className="visually-hidden">
        <tr>
          <th scope="col">Ce qui est dit</th>
          <th scope="col">Part des lieux</th>
        </tr>
      </thead>
      <tbody>
        {lignes.map(({ label, compte }) => {
          const share = total === 0 ? 0 : (compte / total) * 100;
          return (
            <tr key={label}>
              <th scope="row">{label}</th>
              <td>
                <svg viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true" focusable="false">
                  <rect className="stats-bar-ground" width="100" height="10" />
                  <rect className="stats-bar" width={share.toFixed(2)} height="10" />
                </svg>
                <span>
                  {formatNumber(share, share < 10 ? 1 : 0)}&nbsp;%{' '}
                  {parts ? null : <span className="muted">({formatNumber(compte)})</span>}
                </span>
              </td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

/** A count from day to day, as a line above zero; days are as far apart as they are. The words beside it say its two ends. */
export function Evolution({ jours }: { jours: readonly { jour: string; compte: number }[] }) {
  const days = jours.map(({ jour }) => Date.parse(`${jour}T00:00:00Z`));
  const [first = 0, last = 0] = [days[0], days.at(-1)];
  const most = Math.max(1, ...jours.map(({ compte }) => compte));
  const points = jours.map(({ compte }, index) => {
    const x = last === first ? 0 : (((days[index] ?? first) - first) / (last - first)) * 300;
    return `${x.toFixed(1)},${(60 - (compte / most) * 54).toFixed(1)}`;
  });
  return (
    <svg className="stats-line" viewBox="-52 -6 360 88" aria-hidden="true" focusable="false">
      <path className="stats-axis" d="M0 60h300M0 6h300" />
      <text className="stats-graduation" x="-6" y="10" textAnchor="end">
        {formatNumber(most)}
      </text>
      <text className="stats-graduation" x="-6" y="64" textAnchor="end">
        0
      </text>
      <text className="stats-graduation" x="0" y="78">
        {formatDate(jours[0]?.jour ?? '')}
      </text>
      <text className="stats-graduation" x="300" y="78" textAnchor="end">
        {formatDate(jours.at(-1)?.jour ?? '')}
      </text>
      <polyline points={points.join(' ')} />
    </svg>
  );
}
