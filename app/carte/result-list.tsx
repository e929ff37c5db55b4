import { Link } from '@remix-run/react';
import { Badge } from '#app/components/badge.tsx';
import { formatDistance } from '#app/components/format.ts';
import { labelOfValue } from '#app/domain/libelles.ts';
import type { CarteLieu, Proche } from './carte-data.ts';
import type { Point } from './filters.ts';

interface ResultListProps {
  lieux: readonly CarteLieu[];
  onPoint: (point: Point | null) => void;
}

/** The lieux of one page of results; pointing at one shows it on the map. Those that nobody can reach come apart, last. */
export function ResultList({ lieux, onPoint }: ResultListProps) {
  const joignables = lieux.filter(({ injoignable }) => !injoignable);
  const others = lieux.filter(({ injoignable }) => injoignable);
  return (
    <>
      <Results lieux={joignables} onPoint={onPoint} />
      {others.length > 0 ? (
        <p className="carte-apart">
          Les lieux qui suivent n’ont donné aucun moyen de les joindre. Ils viennent après tous les autres.
        </p>
      ) : null}
      <Results lieux={others} onPoint={onPoint} />
    </>
  );
}

function Results({ lieux, onPoint }: ResultListProps) {
  if (lieux.length === 0) return null;
  return (
    <ol className="carte-list">
      {lieux.map((lieu) => (
        <li
          key={lieu.cle}
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
  const {
    nom,
    href,
    passage,
    commune,
    code_postal,
    distance,
    point,
    approximatif,
    services,
    frais,
    dispositifs,
    creneau,
  } = lieu;
  return (
    <article className={passage ? 'carte-lieu carte-lieu-passage' : 'carte-lieu'}>
      <h3>
        <Link to={href}>{nom}</Link>
      </h3>
      <p className="carte-lieu-where">
        {passage ? `${passage.nom}, ` : null}
        {[passage?.adresse, [code_postal, commune].filter(Boolean).join(' ')].filter(Boolean).join(', ')}
        {distance === null ? null : <span className="carte-lieu-distance">à {formatDistance(distance)}</span>}
        {approximatif ? <span className="muted"> (position approximative)</span> : null}
        {point === null ? <span className="muted"> (pas encore placé sur la carte)</span> : null}
      </p>
      <Opening lieu={lieu} />
      <p className="carte-lieu-states">
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
      {lieu.proche ? <Nearest proche={lieu.proche} /> : null}
    </article>
  );
}

/** Whether someone is there, in words; in the warm tone only where it is sure. */
function Opening({ lieu: { ouverture, passage } }: { lieu: CarteLieu }) {
  const { state, sentence, note } = ouverture;
  return (
    <p className="carte-lieu-opening">
      {state === 'ouvert' ? (
        <Badge tone="alive">{sentence}</Badge>
      ) : (
        <span className={passage || state === 'sans_public' ? undefined : 'muted'}>{sentence}</span>
      )}
      {note === null ? null : <span className="small muted">{note}</span>}
    </p>
  );
}

function Nearest({ proche }: { proche: Proche }) {
  return (
    <p className="carte-lieu-proche">
      Le plus proche que l’on peut joindre : <Link to={proche.href}>{proche.nom}</Link>, à{' '}
      {formatDistance(proche.distance)}.
    </p>
  );
}
