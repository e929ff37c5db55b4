import { Link } from '@remix-run/react';
import { Badge } from '#app/components/badge.tsx';
import { formatDistance } from '#app/components/format.ts';
import { labelOfValue } from '#app/domain/libelles.ts';
import type { CarteLieu } from './carte-data.ts';
import type { Point } from './filters.ts';

/** The lieux of one page of results; pointing at one shows it on the map. */
export function ResultList({
  lieux,
  onPoint,
}: {
  lieux: readonly CarteLieu[];
  onPoint: (point: Point | null) => void;
}) {
  return (
    <ol className="carte-list">
      {lieux.map((lieu) => (
        <li
          key={lieu.id}
          onMouseEnter={() => onPoint(lieu.point)}
          onMouseLeave={() => onPoint(null)}
          onFocus={() => onPoint(lieu.point)}
          onBlur={() => onPoint(null)}
        >
          <Result lieu={lieu} />
        </li>
      ))}
    </ol>
  );
}

function Result({ lieu }: { lieu: CarteLieu }) {
  const { nom, href, commune, code_postal, distance, point, services, frais, dispositifs, ouverture, creneau } = lieu;
  const known = ouverture.state === 'ouvert' || ouverture.state === 'ferme' || ouverture.state === 'sur_rendez_vous';
  return (
    <article className="carte-lieu">
      <h3>
        <Link to={href}>{nom}</Link>
      </h3>
      <p className="carte-lieu-where">
        {[code_postal, commune].filter(Boolean).join(' ')}
        {distance === null ? null : <span className="carte-lieu-distance">à {formatDistance(distance)}</span>}
        {point === null ? <span className="muted"> (pas encore placé sur la carte)</span> : null}
      </p>
      <p className="carte-lieu-states">
        {ouverture.state === 'ouvert' ? (
          <Badge tone="alive">{ouverture.sentence}</Badge>
        ) : known ? (
          <span className="muted">{ouverture.sentence}</span>
        ) : null}
        {creneau ? <Badge tone="alive">Rendez-vous en ligne</Badge> : null}
        {frais.map((value) => (
          <Badge key={value} tone={value === 'Gratuit' ? 'success' : 'neutral'}>
            {labelOfValue('frais_a_charge', value)}
          </Badge>
        ))}
        {dispositifs.map((value) => (
          <Badge key={value} tone="action">
            {labelOfValue('dispositif_programmes_nationaux', value)}
          </Badge>
        ))}
      </p>
      {services.length > 0 ? (
        <p className="small muted">{services.map((value) => labelOfValue('services', value)).join(' · ')}</p>
      ) : null}
    </article>
  );
}
