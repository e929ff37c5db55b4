import { Link } from '@remix-run/react';
import type { ReactNode } from 'react';
import type { Proche } from '#app/carte/carte-data.ts';
import { avecSonContact, contactOf, isSansPublic, type Ouverture } from '#app/domain/aide.ts';
import { capitalize } from '#app/domain/horaires/words.ts';
import type { EtatDeLabel } from '#app/domain/labels-verifies.ts';
import { labelOfValue, meaningOfValue } from '#app/domain/libelles.ts';
import type { Lieu } from '#app/domain/lieu.ts';
import type { FieldName } from '#app/domain/standard.ts';
import { Aides, type AideView, Passages, routeTo, type VenueView } from './fiche-aides.tsx';
import { Coordonnees } from './fiche-coordonnees.tsx';
import { formatDate, formatDistance, formatEtatDeLabel, formatTelephone, telephoneHref } from './format.ts';
import { WeekTable, type WeekTableData } from './week-table.tsx';

/** Where a lieu is, in degrees (WGS 84). `approximative`: found from its address, not sure to the door. */
export interface PositionView {
  latitude: number;
  longitude: number;
  approximative: boolean;
}

export interface FicheData {
  lieu: Lieu;
  position: PositionView | null;
  opening: Pick<Ouverture, 'state' | 'sentence' | 'note'>;
  /** One of its stops is served now. */
  enPassage: boolean;
  /** It receives nobody: one reaches it from afar only. */
  sansPublic: boolean;
  /** It gives neither hours nor any way to contact it. */
  injoignable: boolean;
  aides: readonly AideView[];
  passages: { venues: readonly VenueView[]; sansDate: readonly string[] } | null;
  week: WeekTableData | null;
  /** Days to come that are not like the usual week, in sentences. */
  ecarts: readonly string[];
  /** The text of the hours where the week does not say everything. */
  horairesText: string | null;
  /** What is said of the labels that a public list can prove, by label; null where it is not said, as in a draft. */
  labels: Readonly<Record<string, EtatDeLabel>> | null;
  demo: boolean;
}

type ListField = Extract<
  FieldName,
  | 'services'
  | 'modalites_accompagnement'
  | 'modalites_acces'
  | 'frais_a_charge'
  | 'publics_specifiquement_adresses'
  | 'prise_en_charge_specifique'
  | 'dispositif_programmes_nationaux'
  | 'formations_labels'
  | 'autres_formations_labels'
>;

/** The whole public fiche of a lieu: what it offers first, then when, where and how. Headings begin at h1. */
export function Fiche({
  data,
  rendezVous,
  proche = null,
  actions,
  headingLevel = 1,
}: {
  data: FicheData;
  rendezVous?: ReactNode;
  /** The nearest lieu that can be reached, where this one cannot. */
  proche?: Proche | null;
  actions?: ReactNode;
  headingLevel?: 1 | 3;
}) {
  const { lieu } = data;
  const Heading = headingLevel === 1 ? 'h2' : 'h4';
  return (
    <article className="fiche">
      <FicheHead
        data={data}
        proche={proche}
        bookedHere={Boolean(rendezVous)}
        title={headingLevel === 1 ? 'h1' : 'h3'}
      />
      <div className="fiche-columns">
        <div className="fiche-main">
          {lieu.presentation_resume ? <p className="fiche-summary">{lieu.presentation_resume}</p> : null}
          <Offer heading={Heading} data={data} rendezVous={rendezVous} />
          {lieu.presentation_detail ? (
            <section>
              <Heading>Présentation</Heading>
              {lieu.presentation_detail.split(/\n{2,}/).map((paragraph) => (
                <p key={paragraph} className="fiche-paragraph">
                  {paragraph}
                </p>
              ))}
            </section>
          ) : null}
          <ListSection
            heading={Heading}
            title="Dispositifs et labels"
            lieu={lieu}
            fields={['dispositif_programmes_nationaux', 'formations_labels', 'autres_formations_labels']}
            etats={data.labels}
          />
        </div>
        <aside className="fiche-side" aria-label="Horaires et coordonnées">
          <When heading={Heading} data={data} />
          <section className="fiche-card">
            <Heading>Coordonnées</Heading>
            <Coordonnees lieu={lieu} passages={data.passages !== null} />
          </section>
          {actions}
        </aside>
      </div>
      <footer className="fiche-foot">
        {lieu.date_maj ? (
          <p>
            Fiche mise à jour le <time dateTime={lieu.date_maj}>{formatDate(lieu.date_maj)}</time>
            {lieu.source ? `, source : ${lieu.source}` : ''}.
          </p>
        ) : null}
      </footer>
    </article>
  );
}

function FicheHead({
  data,
  proche,
  bookedHere,
  title: Title,
}: {
  data: FicheData;
  proche: Proche | null;
  bookedHere: boolean;
  title: 'h1' | 'h3';
}) {
  const { lieu, opening, enPassage, injoignable } = data;
  return (
    <header className="fiche-head">
      {lieu.typologie.length > 0 ? (
        <p className="fiche-kind">{lieu.typologie.map((value) => labelOfValue('typologie', value)).join(' · ')}</p>
      ) : null}
      <Title className="fiche-title">{lieu.nom}</Title>
      <p className="fiche-place">
        {[lieu.adresse, lieu.complement_adresse].filter(Boolean).join(', ')}
        <br />
        {[lieu.code_postal, lieu.commune].filter(Boolean).join(' ')}
      </p>
      {data.position?.approximative ? (
        <p className="fiche-approximative">
          Position approximative, trouvée d’après l’adresse : vérifiez le chemin avant de partir.
        </p>
      ) : null}
      <p className={`fiche-opening fiche-opening-${enPassage ? 'ouvert' : opening.state}`}>{opening.sentence}</p>
      {opening.note === null ? null : <p className="fiche-opening-note">{capitalize(opening.note)}.</p>}
      {injoignable ? (
        <p className="notice notice-warning fiche-injoignable">
          {data.sansPublic
            ? 'Ce lieu ne reçoit personne et n’a donné ni téléphone, ni courriel, ni site : nous ne savons pas comment le joindre.'
            : 'Ce lieu n’a donné ni horaires, ni téléphone, ni courriel, ni site : vous risquez de trouver porte close.'}
          {proche ? (
            <>
              {' '}
              Le plus proche que l’on peut joindre : <Link to={proche.href}>{proche.nom}</Link>, à{' '}
              {formatDistance(proche.distance)}.
            </>
          ) : null}
        </p>
      ) : null}
      <ContactActions data={data} bookedHere={bookedHere} />
      {data.demo ? <p className="fiche-demo">Lieu de démonstration : il n’existe pas.</p> : null}
    </header>
  );
}

/** What one can do there, and how one is received. */
function Offer({
  heading,
  data: { lieu, sansPublic },
  rendezVous,
}: {
  heading: 'h2' | 'h4';
  data: FicheData;
  rendezVous?: ReactNode;
}) {
  const reached = sansPublic
    ? {
        ...lieu,
        modalites_acces: lieu.modalites_acces.filter((value) => !isSansPublic([value]) && value !== 'Se présenter'),
      }
    : lieu;
  return (
    <>
      <ListSection
        heading={heading}
        title={sansPublic ? 'Ce que l’on peut faire avec vous, à distance' : 'Ce que vous pouvez y faire'}
        lieu={lieu}
        fields={['services']}
        empty={`Le lieu n’a pas encore dit quels services il propose${lieu.telephone ? ' : appelez-le' : ''}.`}
      />
      {rendezVous}
      <ListSection heading={heading} title="Comment être aidé" lieu={lieu} fields={['modalites_accompagnement']} />
      <ListSection
        heading={heading}
        title={sansPublic ? 'Comment le joindre' : 'Comment y aller'}
        lieu={reached}
        fields={['modalites_acces']}
      />
      <ListSection heading={heading} title="Prix" lieu={lieu} fields={['frais_a_charge']} />
      <ListSection
        heading={heading}
        title="Accueille en particulier"
        lieu={lieu}
        fields={['publics_specifiquement_adresses']}
      />
      <ListSection
        heading={heading}
        title="Peut aider aussi en cas de"
        lieu={lieu}
        fields={['prise_en_charge_specifique']}
      />
    </>
  );
}

/** When help is there first, then where it goes, then when the lieu itself is open. */
function When({ heading: Heading, data }: { heading: 'h2' | 'h4'; data: FicheData }) {
  const { lieu, sansPublic, injoignable, aides, passages, week, ecarts, horairesText } = data;
  const silent = !week && !horairesText;
  /** One may come, and ask before. */
  const come = !sansPublic && !injoignable;
  // Hours at which nobody can come, nor call or write, are of no use to anybody.
  if (sansPublic && injoignable) return null;
  return (
    <>
      {aides.length > 0 ? (
        <Aides
          aides={aides}
          title={Heading}
          name={sansPublic ? 'Quand on vous aide à distance' : 'Quand l’aide est là'}
        />
      ) : null}
      {passages ? <Passages {...passages} title={Heading} /> : null}
      {silent && (aides.length > 0 || passages) ? null : (
        <section className="fiche-card">
          <Heading>{sansPublic ? 'Quand le joindre' : 'Horaires du lieu'}</Heading>
          {week ? <WeekTable week={week} /> : null}
          {ecarts.length > 0 ? (
            <>
              <p className="fiche-aide-label">Ces prochaines semaines</p>
              <ul className="plain-list fiche-ecarts">
                {ecarts.map((sentence) => (
                  <li key={sentence}>{sentence}</li>
                ))}
              </ul>
            </>
          ) : null}
          {horairesText ? <p className="fiche-horaires-text">{horairesText}</p> : null}
          {silent ? (
            <p>
              Horaires non renseignés{come ? avecSonContact('\u00a0: appelez avant de venir', contactOf(lieu)) : ''}.
            </p>
          ) : null}
        </section>
      )}
    </>
  );
}

/** Where the lieu takes appointments here, its link elsewhere is not offered beside them. */
function ContactActions({ data, bookedHere }: { data: FicheData; bookedHere: boolean }) {
  const { lieu, position, sansPublic, aides, passages } = data;
  const elsewhere = passages !== null && aides.length === 0;
  const route = sansPublic || elsewhere || position === null ? null : routeTo(position);
  const [courriel] = sansPublic ? lieu.courriels : [];
  if (!lieu.telephone && !courriel && !route && !passages && !lieu.prise_rdv && !bookedHere) return null;
  return (
    <p className="fiche-actions">
      {lieu.telephone ? (
        <a className="button" href={telephoneHref(lieu.telephone) ?? undefined}>
          Appeler le {formatTelephone(lieu.telephone)}
        </a>
      ) : null}
      {courriel ? (
        <a className="button button-secondary" href={`mailto:${courriel}`}>
          Écrire un courriel
        </a>
      ) : null}
      {route ? (
        <a className="button button-secondary" href={route} rel="noreferrer">
          Y aller
        </a>
      ) : null}
      {passages ? (
        <a className="button button-secondary" href="#passages">
          Voir où il passe
        </a>
      ) : null}
      {bookedHere ? (
        <a className="button button-secondary" href="#rendez-vous">
          Prendre rendez-vous{sansPublic ? ' à distance' : ''}
        </a>
      ) : lieu.prise_rdv ? (
        <a className="button button-secondary" href={lieu.prise_rdv} rel="noreferrer nofollow">
          Prendre rendez-vous {sansPublic ? 'à distance ' : ''}sur leur site
        </a>
      ) : null}
    </p>
  );
}

/** The values of some fields under one heading; nothing where there are none. */
function ListSection({
  heading: Heading,
  title,
  lieu,
  fields,
  etats = null,
  empty,
}: {
  heading: 'h2' | 'h4';
  title: string;
  lieu: Lieu;
  fields: readonly ListField[];
  etats?: FicheData['labels'];
  empty?: string;
}) {
  const values = fields.flatMap((field) => lieu[field].map((value) => ({ field, value })));
  if (values.length === 0 && !empty) return null;
  return (
    <section>
      <Heading>{title}</Heading>
      {values.length === 0 ? (
        <p>{empty}</p>
      ) : (
        <ul className="fiche-list">
          {values.map(({ field, value }) => (
            <li key={field + value}>
              {labelOfValue(field, value)}
              {field === 'dispositif_programmes_nationaux' ? <LabelEtat etat={etats?.[value]} /> : null}
              <Meaning text={meaningOfValue(field, value)} />
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

/** Whether a public list says so too, or the structure alone. */
function LabelEtat({ etat }: { etat: EtatDeLabel | undefined }) {
  return etat === undefined ? null : (
    <span className={`fiche-label fiche-label-${etat.etat}`}> {formatEtatDeLabel(etat)}</span>
  );
}

function Meaning({ text }: { text: string | null }) {
  return text === null ? null : <span className="fiche-meaning">{text}</span>;
}
