import { Link } from '@remix-run/react';
import { bookingPath } from '#app/http/rendez-vous-path.ts';
import { formatCount, formatDateWithWeekday, formatDuration, formatHour } from './format.ts';

/** A start that is free. */
export interface Choix {
  prestation_id: number;
  debut: Date;
  /** Seats left. */
  places: number;
}

/** The free starts of a local day, AAAA-MM-JJ. */
export interface JourDeChoix {
  jour: string;
  choix: readonly Choix[];
}

/** A kind of help, with its next free starts by day; `collectif` where several people come together. */
export interface TypeDAide {
  id: number;
  nom: string;
  duree: number;
  collectif: boolean;
  jours: readonly JourDeChoix[];
}

export interface CreneauxData {
  lieuId: string;
  fuseau: string;
  types: readonly TypeDAide[];
}

/** The next free appointments of a lieu, by kind of help and by day: a section of its fiche. */
export function Creneaux({ data, headingLevel = 2 }: { data: CreneauxData; headingLevel?: 2 | 3 }) {
  const { lieuId, fuseau, types } = data;
  const Title = `h${headingLevel}` as const;
  const Type = `h${headingLevel === 2 ? 3 : 4}` as const;
  const free = types.filter((type) => type.jours.length > 0);
  return (
    <section className="creneaux" aria-labelledby="rendez-vous">
      <Title id="rendez-vous">Prendre rendez-vous</Title>
      {free.length === 0 ? (
        <p>Il n’y a pas de rendez-vous libre pour l’instant. Revenez dans quelques jours, ou demandez au lieu.</p>
      ) : (
        <>
          <p className="muted">Choisissez une heure : pas besoin de compte.</p>
          {free.map((type) => (
            <section key={type.id} className="creneaux-type">
              <Type>
                {type.nom} <span className="creneaux-duree">{formatDuration(type.duree)}</span>
              </Type>
              <JoursDeChoix lieuId={lieuId} fuseau={fuseau} type={type} />
              <p>
                <Link to={bookingPath({ lieu: lieuId, prestation: type.id })}>Voir tous les moments libres</Link>
              </p>
            </section>
          ))}
          <HeureDuLieu fuseau={fuseau} />
        </>
      )}
    </section>
  );
}

/** Days and, in each, one link for each free start. */
export function JoursDeChoix({
  lieuId,
  fuseau,
  type,
}: {
  lieuId: string;
  fuseau: string;
  type: Pick<TypeDAide, 'jours' | 'collectif'>;
}) {
  return (
    <ul className="creneaux-jours plain-list">
      {type.jours.map(({ jour, choix }) => (
        <li key={jour} className="creneaux-jour">
          <p className="creneaux-date" id={`jour-${jour}`}>
            {formatDateWithWeekday(jour)}
          </p>
          <ul className="creneaux-heures plain-list" aria-label={formatDateWithWeekday(jour)}>
            {choix.map(({ debut, prestation_id, places }) => (
              <li key={debut.getTime()}>
                <Link className="creneau" to={bookingPath({ lieu: lieuId, prestation: prestation_id, debut })}>
                  <span className="visually-hidden">{formatDateWithWeekday(jour)} à </span>
                  {formatHour(debut, fuseau)}
                  {type.collectif ? (
                    <span className="creneau-places">{formatCount(places, 'place', 'places')}</span>
                  ) : null}
                </Link>
              </li>
            ))}
          </ul>
        </li>
      ))}
    </ul>
  );
}

/** Said where the clock of the lieu may not be that of the reader. */
export function HeureDuLieu({ fuseau }: { fuseau: string }) {
  return fuseau === 'Europe/Paris' ? null : <p className="muted small">Ce sont les heures du lieu.</p>;
}
