import type { ReactNode } from 'react';
import type { OpeningState } from '#app/domain/horaires/opening.ts';
import { labelOfValue, meaningOfValue } from '#app/domain/libelles.ts';
import type { Lieu } from '#app/domain/lieu.ts';
import { type FieldName, UNKNOWN_PIVOT } from '#app/domain/standard.ts';
import { formatDate, formatTelephone, telephoneHref } from './format.ts';
import { WeekTable, type WeekTableData } from './week-table.tsx';

export interface FicheData {
  lieu: Lieu;
  opening: Pick<OpeningState, 'state' | 'sentence'>;
  week: WeekTableData | null;
  /** The text of the hours where the week does not say everything. */
  horairesText: string | null;
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
  actions,
  headingLevel = 1,
}: {
  data: FicheData;
  rendezVous?: ReactNode;
  actions?: ReactNode;
  headingLevel?: 1 | 3;
}) {
  const { lieu, opening } = data;
  const Title = headingLevel === 1 ? 'h1' : 'h3';
  const Heading = headingLevel === 1 ? 'h2' : 'h4';
  return (
    <article className="fiche">
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
        <p className={`fiche-opening fiche-opening-${opening.state}`}>{opening.sentence}</p>
        <ContactActions lieu={lieu} bookedHere={Boolean(rendezVous)} />
        {data.demo ? <p className="fiche-demo">Lieu de démonstration : il n’existe pas.</p> : null}
      </header>
      <div className="fiche-columns">
        <div className="fiche-main">
          {lieu.presentation_resume ? <p className="fiche-summary">{lieu.presentation_resume}</p> : null}
          <ListSection
            heading={Heading}
            title="Ce que vous pouvez y faire"
            lieu={lieu}
            fields={['services']}
            empty="Le lieu n’a pas encore dit quels services il propose : appelez-le."
          />
          {rendezVous}
          <ListSection heading={Heading} title="Comment être aidé" lieu={lieu} fields={['modalites_accompagnement']} />
          <ListSection heading={Heading} title="Comment y aller" lieu={lieu} fields={['modalites_acces']} />
          <ListSection heading={Heading} title="Prix" lieu={lieu} fields={['frais_a_charge']} />
          <ListSection
            heading={Heading}
            title="Accueille en particulier"
            lieu={lieu}
            fields={['publics_specifiquement_adresses']}
          />
          <ListSection
            heading={Heading}
            title="Peut aider aussi en cas de"
            lieu={lieu}
            fields={['prise_en_charge_specifique']}
          />
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
          />
        </div>
        <aside className="fiche-side" aria-label="Horaires et coordonnées">
          <section className="fiche-card">
            <Heading>Horaires du lieu</Heading>
            {data.week ? <WeekTable week={data.week} /> : null}
            {data.horairesText ? <p className="fiche-horaires-text">{data.horairesText}</p> : null}
            {!data.week && !data.horairesText ? <p>Horaires non renseignés. Appelez avant de venir.</p> : null}
          </section>
          <section className="fiche-card">
            <Heading>Coordonnées</Heading>
            <Coordonnees lieu={lieu} />
          </section>
          {actions}
        </aside>
      </div>
      <footer className="fiche-foot">
        {lieu.date_maj ? (
          <p>
            Fiche mise à jour le <time dateTime={lieu.date_maj}>{formatDate(lieu.date_maj)}</time>
            {lieu.source ? `, source : ${lieu.source}` : ''}.
          </p>
        ) : null}
      </footer>
    </article>
  );
}

/** Where the lieu takes appointments here, its link elsewhere is not offered beside them. */
function ContactActions({ lieu, bookedHere }: { lieu: Lieu; bookedHere: boolean }) {
  const route = routeUrl(lieu);
  if (!lieu.telephone && !route && !lieu.prise_rdv && !bookedHere) return null;
  return (
    <p className="fiche-actions">
      {lieu.telephone ? (
        <a className="button" href={telephoneHref(lieu.telephone) ?? undefined}>
          Appeler le {formatTelephone(lieu.telephone)}
        </a>
      ) : null}
      {route ? (
        <a className="button button-secondary" href={route} rel="noreferrer">
          Y aller
        </a>
      ) : null}
      {bookedHere ? (
        <a className="button button-secondary" href="#rendez-vous">
          Prendre rendez-vous
        </a>
      ) : lieu.prise_rdv ? (
        <a className="button button-secondary" href={lieu.prise_rdv} rel="noreferrer nofollow">
          Prendre rendez-vous sur leur site
        </a>
      ) : null}
    </p>
  );
}

function Coordonnees({ lieu }: { lieu: Lieu }) {
  return (
    <dl className="fiche-contacts">
      {lieu.telephone ? (
        <>
          <dt>Téléphone</dt>
          <dd>
            <a href={telephoneHref(lieu.telephone) ?? undefined}>{formatTelephone(lieu.telephone)}</a>
          </dd>
        </>
      ) : null}
      {lieu.courriels.length > 0 ? (
        <>
          <dt>Courriel</dt>
          {lieu.courriels.map((courriel) => (
            <dd key={courriel}>
              <a href={`mailto:${courriel}`}>{courriel}</a>
            </dd>
          ))}
        </>
      ) : null}
      {lieu.site_web.length > 0 ? (
        <>
          <dt>Site</dt>
          {lieu.site_web.map((url) => (
            <dd key={url}>
              <a href={url} rel="noreferrer nofollow">
                {url.replace(/^https?:\/\/(?:www\.)?/, '').replace(/\/$/, '')}
              </a>
            </dd>
          ))}
        </>
      ) : null}
      {lieu.itinerance.includes('Itinérant') ? (
        <>
          <dt>Déplacement</dt>
          <dd>Lieu qui se déplace : appelez pour savoir où il est.</dd>
        </>
      ) : null}
      {lieu.fiche_acces_libre ? (
        <>
          <dt>Accessibilité</dt>
          <dd>
            <a href={lieu.fiche_acces_libre} rel="noreferrer nofollow">
              Voir l’accès au bâtiment sur Acceslibre
            </a>
          </dd>
        </>
      ) : null}
      {lieu.structure_parente ? (
        <>
          <dt>Fait partie de</dt>
          <dd>{lieu.structure_parente}</dd>
        </>
      ) : null}
      <dt>SIRET ou RNA</dt>
      <dd>{lieu.pivot && lieu.pivot !== UNKNOWN_PIVOT ? lieu.pivot : 'non renseigné'}</dd>
    </dl>
  );
}

/** The values of some fields under one heading; nothing where there are none. */
function ListSection({
  heading: Heading,
  title,
  lieu,
  fields,
  empty,
}: {
  heading: 'h2' | 'h4';
  title: string;
  lieu: Lieu;
  fields: readonly ListField[];
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
              <Meaning text={meaningOfValue(field, value)} />
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

function Meaning({ text }: { text: string | null }) {
  return text === null ? null : <span className="fiche-meaning">{text}</span>;
}

function routeUrl({ latitude, longitude }: Lieu): string | null {
  if (latitude === null || longitude === null) return null;
  return `https://www.openstreetmap.org/directions?to=${latitude}%2C${longitude}`;
}
