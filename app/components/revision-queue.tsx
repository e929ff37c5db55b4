import { Form, Link } from '@remix-run/react';
import { CHAMPS_DE_LIEU, labelOfChamp } from '#app/domain/champ-de-lieu.ts';
import { AGES, type QueueFilters, RISQUES, risqueOf } from '#app/domain/queue.ts';
import { nomOfDepartement } from '#app/domain/territoire.ts';
import { Badge } from './badge.tsx';
import { Button } from './button.tsx';
import { plainField, SelectField } from './fields.tsx';
import { formatCount, formatDay, formatNumber } from './format.ts';
import { Notice } from './notice.tsx';

export interface QueueRow {
  id: number;
  path: string;
  nom: string | null;
  commune: string | null;
  departement: string | null;
  champs: string[];
  /** Some of it is not public yet. */
  attend: boolean;
  auteur: string | null;
  structure: string | null;
  risque: number;
  cree_le: Date | string;
  /** Whole days since then. */
  jours: number;
}

/** What to look at: a form that leads to an address, so that a choice can be kept and sent. */
export function QueueFilterForm({
  filters,
  departements,
}: {
  filters: QueueFilters;
  departements: readonly { code: string; n: number }[];
}) {
  return (
    <Form className="queue-filters" aria-label="Filtrer les modifications">
      <DepartementSelect value={filters.departement} departements={departements} />
      <SelectField
        field={plainField('risque', { value: filters.risque ?? '' })}
        label="Risque"
        empty="Tous"
        options={RISQUES.map(({ name, label }) => ({ value: name, label: label.replace('Risque ', '') }))}
      />
      <SelectField
        field={plainField('jours', { value: filters.jours === null ? '' : String(filters.jours) })}
        label="Attend depuis"
        empty="Peu importe"
        options={[...new Set([...AGES, ...(filters.jours === null ? [] : [filters.jours])])]
          .sort((a, b) => a - b)
          .map((days) => ({ value: String(days), label: `${formatCount(days, 'jour', 'jours')} ou plus` }))}
      />
      <Button look="secondary">Filtrer</Button>
    </Form>
  );
}

/** A département to look at, with how much waits in each. */
export function DepartementSelect({
  value,
  departements,
}: {
  value: string | null;
  departements: readonly { code: string; n: number }[];
}) {
  return (
    <SelectField
      field={plainField('departement', { value: value ?? '' })}
      label="Département"
      empty="Tous"
      options={departements.map(({ code, n }) => ({
        value: code,
        label: `${departementLabel(code)} (${formatNumber(n)})`,
      }))}
    />
  );
}

/** Says which filters of the address mean nothing; nothing where all do. */
export function IgnoredFilters({ names }: { names: readonly string[] }) {
  if (names.length === 0) return null;
  return (
    <Notice kind="warning" title="Un filtre de l’adresse n’existe pas">
      <p>Il a été ignoré : {names.join(', ')}.</p>
    </Notice>
  );
}

/** The queue, the riskiest first: where, what, who, since when. */
export function QueueList({ rows }: { rows: readonly QueueRow[] }) {
  return (
    <ol className="queue plain-list">
      {rows.map((row) => (
        <li key={row.path} className="queue-row">
          <h2>
            <Link to={row.path}>{row.nom ?? 'Lieu sans nom'}</Link>
          </h2>
          <p className="muted small">
            {[row.commune, row.departement && departementLabel(row.departement)].filter(Boolean).join(' · ')}
          </p>
          <p>
            <span className="visually-hidden">Ce qui change : </span>
            {labelsOf(row.champs)}
          </p>
          <p className="cluster">
            <RisqueBadge score={row.risque} />
            {row.attend ? <Badge tone="warning">En attente</Badge> : <Badge>Déjà en ligne</Badge>}
          </p>
          <p className="muted small queue-who">
            {[row.structure, row.auteur ?? 'auteur inconnu'].filter(Boolean).join(' · ')}
            <br />
            {ageOf(row.jours)} ({formatDay(row.cree_le)})
          </p>
        </li>
      ))}
    </ol>
  );
}

/** How much harm the modification could do, in words. */
export function RisqueBadge({ score }: { score: number }) {
  const risque = risqueOf(score);
  const label = RISQUES.find(({ name }) => name === risque)?.label ?? '';
  return <Badge tone={risque === 'eleve' ? 'error' : risque === 'moyen' ? 'warning' : 'neutral'}>{label}</Badge>;
}

/** `33 Gironde`. */
export function departementLabel(code: string): string {
  const nom = nomOfDepartement(code);
  return nom === null ? code : `${code} ${nom}`;
}

/** `depuis moins d’un jour`, `depuis 1 jour`, `depuis 12 jours`. */
export function ageOf(days: number): string {
  return days < 1 ? 'depuis moins d’un jour' : `depuis ${formatCount(days, 'jour', 'jours')}`;
}

function labelsOf(champs: readonly string[]): string {
  return CHAMPS_DE_LIEU.filter((champ) => champs.includes(champ))
    .map(labelOfChamp)
    .join(', ');
}
