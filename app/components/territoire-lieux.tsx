import { Form, Link } from '@remix-run/react';
import { type LieuxFilters, MANQUES, MOIS, manquesOf } from '#app/domain/manques.ts';
import { espacePath, fichePath, lieuSegment } from '#app/http/fiche-path.ts';
import { Badge } from './badge.tsx';
import { Button } from './button.tsx';
import { plainField, SelectField, TextField } from './fields.tsx';
import { formatDate } from './format.ts';

/** What to look at: a form that leads to an address, so that a choice can be kept and sent. */
export function LieuxFilterForm({ filters }: { filters: LieuxFilters }) {
  return (
    <Form className="queue-filters" aria-label="Filtrer les lieux" role="search">
      <TextField field={plainField('q', { value: filters.q ?? '' })} label="Nom ou commune" type="search" />
      <SelectField
        field={plainField('manque', { value: filters.manque ?? '' })}
        label="Ce qui manque"
        empty="Peu importe"
        options={MANQUES.map(({ name, label }) => ({ value: name, label }))}
      />
      <SelectField
        field={plainField('mois', { value: filters.mois === null ? '' : String(filters.mois) })}
        label="Pas mis à jour depuis"
        empty="Peu importe"
        options={MOIS.map((months) => ({ value: String(months), label: `${months} mois` }))}
      />
      <SelectField
        field={plainField('responsable', { value: filters.responsable ?? '' })}
        label="Responsable"
        empty="Peu importe"
        options={[
          { value: 'sans', label: 'Sans responsable' },
          { value: 'avec', label: 'Avec un responsable' },
        ]}
      />
      <Button look="secondary">Filtrer</Button>
    </Form>
  );
}

interface LieuRow {
  id: string;
  nom: string | null;
  commune: string | null;
  code_postal: string | null;
  date_maj: string | null;
  manquants: readonly string[];
  structure_id: number | null;
  structure: string | null;
  manques: readonly string[];
}

/** The lieux of a page: what each lacks, who keeps it, what can be done. */
export function LieuxList({ lieux }: { lieux: readonly LieuRow[] }) {
  return (
    <ol className="queue plain-list">
      {lieux.map((lieu) => (
        <li key={lieu.id} className="queue-row">
          <Row lieu={lieu} />
        </li>
      ))}
    </ol>
  );
}

function Row({ lieu }: { lieu: LieuRow }) {
  const { id, nom, commune, code_postal, date_maj, manquants, structure_id, structure, manques } = lieu;
  const unclaimed = structure_id === null;
  const history = `/moderation/lieux/${lieuSegment(id)}`;
  const name = nom ?? 'Lieu sans nom';
  return (
    <>
      <h2>
        <Link to={unclaimed ? espacePath(id) : history}>{name}</Link>
      </h2>
      <p className="muted small">
        {[[code_postal, commune].filter(Boolean).join(' '), maj(date_maj)].filter(Boolean).join(' · ')}
      </p>
      <Manques names={manques} />
      <p className="small">{unclaimed ? 'Sans responsable' : `Responsable : ${structure ?? 'structure sans nom'}`}</p>
      <p className="cluster small">
        {unclaimed ? (
          <Link to={espacePath(id)}>
            Corriger la fiche<span className="visually-hidden"> {name}</span>
          </Link>
        ) : null}
        {unclaimed ? (
          <Link to={`/territoire/inviter?${new URLSearchParams({ lieu: id })}`}>
            Inviter le responsable<span className="visually-hidden"> {name}</span>
          </Link>
        ) : null}
        {manquants.length === 0 ? (
          <Link to={fichePath({ id })}>
            Fiche publique<span className="visually-hidden"> {name}</span>
          </Link>
        ) : null}
        <Link to={history}>
          Historique<span className="visually-hidden"> {name}</span>
        </Link>
      </p>
    </>
  );
}

/** What a lieu lacks, each in a pill. */
export function Manques({ names }: { names: readonly string[] }) {
  const manques = manquesOf(names);
  if (manques.length === 0) return <p className="small">Rien ne manque.</p>;
  return (
    <ul className="cluster plain-list" aria-label="Ce qui manque">
      {manques.map(({ name, label, poids }) => (
        <li key={name}>
          <Badge tone={poids >= 4 ? 'warning' : 'neutral'}>{label}</Badge>
        </li>
      ))}
    </ul>
  );
}

function maj(date: string | null): string {
  return date === null ? 'jamais mis à jour' : `mis à jour le ${formatDate(date)}`;
}
