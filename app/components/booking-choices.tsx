import { Link } from '@remix-run/react';
import type { BookingChooseStep, BookingElsewhereStep } from '#app/http/booking-page.server.ts';
import { bookingPath } from '#app/http/rendez-vous-path.ts';
import { HeureDuLieu, JoursDeChoix } from './creneaux.tsx';
import { formatDuration, formatHour, formatInstant, formatTelephone, telephoneHref } from './format.ts';
import { EmptyState } from './layout.tsx';
import { Notice } from './notice.tsx';

/** First what for, where there is a choice; then when. */
export function BookingChoices({ loaded }: { loaded: BookingChooseStep }) {
  const { lieu, fuseau, types, type, suite, depuis, pris } = loaded;
  return (
    <div className="stack">
      {pris ? <SlotGone loaded={loaded} debut={pris.debut} /> : null}
      {types.length > 1 ? (
        <section aria-labelledby="pour-quoi">
          <h2 id="pour-quoi">Pour quoi ?</h2>
          <ul className="plain-list booking-types">
            {types.map(({ id, nom, duree }) => (
              <li key={id}>
                <Link
                  className="booking-type"
                  to={bookingPath({ lieu: lieu.id, prestation: id })}
                  aria-current={id === type?.id ? 'true' : undefined}
                >
                  {nom} <span className="creneaux-duree">{formatDuration(duree)}</span>
                </Link>
              </li>
            ))}
          </ul>
        </section>
      ) : null}
      {type === null ? null : (
        <section aria-labelledby="quand">
          <h2 id="quand">Quand ?</h2>
          {types.length === 1 ? (
            <p>
              {type.nom}, {formatDuration(type.duree)}
            </p>
          ) : null}
          {type.jours.length === 0 ? (
            <EmptyState title={depuis ? 'Rien de libre plus tard' : 'Rien de libre pour l’instant'}>
              <p>
                Les moments libres changent souvent : revenez dans quelques jours{lieu.telephone ? ', ou appelez' : ''}.
              </p>
              <Telephone telephone={lieu.telephone} />
            </EmptyState>
          ) : (
            <JoursDeChoix lieuId={lieu.id} fuseau={fuseau} type={type} />
          )}
          <HeureDuLieu fuseau={fuseau} />
          <p className="cluster">
            {depuis ? (
              <Link to={bookingPath({ lieu: lieu.id, prestation: type.id })}>Revenir aux premiers jours</Link>
            ) : null}
            {suite ? (
              <Link to={bookingPath({ lieu: lieu.id, prestation: type.id, depuis: suite })}>
                Voir les jours suivants
              </Link>
            ) : null}
          </p>
        </section>
      )}
    </div>
  );
}

/** Where the lieu takes its appointments, when that is not here. */
export function BookingElsewhere({ loaded: { lieu, url } }: { loaded: BookingElsewhereStep }) {
  return url === null ? (
    <EmptyState title="Ce lieu ne prend pas de rendez-vous sur ce site">
      <p>{lieu.telephone ? 'Appelez-le pour savoir comment venir.' : 'Sa fiche dit comment venir.'}</p>
      <Telephone telephone={lieu.telephone} />
    </EmptyState>
  ) : (
    <div className="stack">
      <p>Ce lieu prend ses rendez-vous sur un autre site.</p>
      <p>
        <a className="button" href={url} rel="noreferrer nofollow">
          Prendre rendez-vous sur leur site
        </a>
      </p>
    </div>
  );
}

function SlotGone({ loaded, debut }: { loaded: BookingChooseStep; debut: Date }) {
  const { lieu, fuseau, pris } = loaded;
  const proches = pris?.proches ?? [];
  return (
    <Notice kind="warning" title={`Ce moment n’est plus libre : ${formatInstant(debut, fuseau)}`}>
      {proches.length === 0 ? (
        <p>Choisissez un autre moment.</p>
      ) : (
        <>
          <p>Les moments libres les plus proches :</p>
          <ul>
            {proches.map((proche) => (
              <li key={proche.debut.getTime()}>
                <Link to={bookingPath({ lieu: lieu.id, prestation: proche.prestation_id, debut: proche.debut })}>
                  {formatInstant(proche.debut, fuseau)}
                </Link>
              </li>
            ))}
          </ul>
        </>
      )}
    </Notice>
  );
}

function Telephone({ telephone }: { telephone: string | null }) {
  const href = telephone === null ? null : telephoneHref(telephone);
  return telephone === null || href === null ? null : (
    <p>
      <a className="button" href={href}>
        Appeler le {formatTelephone(telephone)}
      </a>
    </p>
  );
}

/** `de 9 h à 9 h 30`. */
export function formatSpan(debut: Date, fin: Date, fuseau: string): string {
  return `de ${formatHour(debut, fuseau)} à ${formatHour(fin, fuseau)}`;
}
