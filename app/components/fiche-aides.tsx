import { Badge } from './badge.tsx';

/** Help given in a lieu on hours of its own, in words. */
export interface AideView {
  id: string;
  /** `Avec un conseiller numérique`; null where it is the lieu's own staff. */
  qui: string | null;
  precision: string | null;
  services: readonly string[];
  /** The usual week, days with the same hours together. */
  lignes: readonly { jours: string; heures: string }[];
  precisions: readonly string[];
  /** Its hours as they were written, where they were not understood; null where they were, or where there are none. */
  texte: string | null;
  /** The next times: `Mardi 1er décembre, de 9 h à 12 h`. */
  prochaines: readonly string[];
}

/** One coming of a lieu that moves about to one of its stops. */
export interface VenueView {
  cle: string;
  /** `Mardi 1er décembre, de 14 h à 16 h`. */
  quand: string;
  enCours: boolean;
  nom: string;
  /** Postal, on one line; may be empty. */
  adresse: string;
  qui: string | null;
  precision: string | null;
  /** Degrees; null where it is not on the map. */
  point: { latitude: number; longitude: number } | null;
}

/** When help is there: by whom, for what, the usual week, the next dates. */
export function Aides({ aides, title: Title, name }: { aides: readonly AideView[]; title: 'h2' | 'h4'; name: string }) {
  return (
    <section className="fiche-card fiche-aides">
      <Title>{name}</Title>
      {aides.map((aide) => (
        <div key={aide.id} className="fiche-aide">
          <AideHead aide={aide} />
          <AideHours aide={aide} />
          {aide.prochaines.length > 0 ? (
            <>
              <p className="fiche-aide-label">Prochaines fois</p>
              <ul className="plain-list">
                {aide.prochaines.map((date) => (
                  <li key={date}>{date}</li>
                ))}
              </ul>
            </>
          ) : null}
        </div>
      ))}
    </section>
  );
}

function AideHead({ aide: { qui, precision, services } }: { aide: AideView }) {
  return (
    <>
      {qui === null && precision === null ? null : (
        <p className="fiche-aide-who">
          {qui === null ? null : <strong>{qui}</strong>}
          {qui !== null && precision !== null ? <br /> : null}
          {precision}
        </p>
      )}
      {services.length > 0 ? <p className="small">Pour : {services.join(' · ')}</p> : null}
    </>
  );
}

function AideHours({ aide: { lignes, precisions, texte } }: { aide: AideView }) {
  return (
    <>
      {lignes.length > 0 ? (
        <table className="week-table">
          <caption className="visually-hidden">Horaires de l’aide, par jour</caption>
          <tbody>
            {lignes.map(({ jours, heures }) => (
              <tr key={jours}>
                <th scope="row">{jours}</th>
                <td>{heures}</td>
              </tr>
            ))}
          </tbody>
        </table>
      ) : null}
      {precisions.length > 0 ? (
        <ul className="week-notes">
          {precisions.map((text) => (
            <li key={text}>{text}</li>
          ))}
        </ul>
      ) : null}
      {texte === null ? null : <p className="fiche-horaires-text">{texte}</p>}
      {lignes.length === 0 && precisions.length === 0 && texte === null ? <p>Horaires à demander au lieu.</p> : null}
    </>
  );
}

/** Where a lieu that moves about stops next, soonest first, with the way there. */
export function Passages({
  venues,
  sansDate,
  title: Title,
}: {
  venues: readonly VenueView[];
  /** Stops that have no date to come. */
  sansDate: readonly string[];
  title: 'h2' | 'h4';
}) {
  return (
    <section className="fiche-card" aria-labelledby="passages">
      <Title id="passages">Où et quand il passe</Title>
      {venues.length > 0 ? (
        <ol className="plain-list fiche-venues">
          {venues.map((venue) => (
            <li key={venue.cle}>
              <Venue venue={venue} />
            </li>
          ))}
        </ol>
      ) : (
        <p>Aucune date n’est annoncée pour l’instant.</p>
      )}
      {sansDate.length > 0 ? <p className="small">Sans date annoncée : {sansDate.join(' · ')}.</p> : null}
    </section>
  );
}

function Venue({ venue: { quand, enCours, nom, adresse, qui, precision, point } }: { venue: VenueView }) {
  const lines = [adresse, qui, precision].filter((line) => line !== null && line !== '' && line !== nom);
  return (
    <>
      <p>
        <strong>{quand}</strong> {enCours ? <Badge tone="alive">En ce moment</Badge> : null}
      </p>
      <p>
        {nom}
        {lines.map((line) => (
          <span key={line} className="fiche-venue-line">
            {line}
          </span>
        ))}
      </p>
      {point === null ? null : (
        <p className="no-print">
          <a href={routeTo(point)} rel="noreferrer">
            Y aller<span className="visually-hidden"> : {nom}</span>
          </a>
        </p>
      )}
    </>
  );
}

/** A page that shows the way to a point. */
export function routeTo({ latitude, longitude }: { latitude: number; longitude: number }): string {
  return `https://www.openstreetmap.org/directions?to=${latitude}%2C${longitude}`;
}
