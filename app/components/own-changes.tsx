import { Link } from '@remix-run/react';
import { type ChampDeLieu, isChampDeLieu, labelOfChamp } from '#app/domain/champ-de-lieu.ts';
import { sectionOfChamp } from '#app/domain/sections.ts';
import { espacePath } from '#app/http/fiche-path.ts';
import { Badge } from './badge.tsx';
import { formatDay } from './format.ts';

interface OwnChange {
  lieu_id: string;
  nom: string | null;
  champ: string;
  apres: unknown;
  decision: string | null;
  motif: string | null;
  cree_le: Date | string;
}

/** What a responsable has changed that waits for a moderator, and what came back to be corrected, with the reason. */
export function OwnChanges({ changes, withLieu = false }: { changes: readonly OwnChange[]; withLieu?: boolean }) {
  const refused = changes.filter((change) => change.decision === 'refusee');
  const waiting = changes.filter((change) => change.decision === null);
  return (
    <>
      <ChangeList title="À corriger" changes={refused} withLieu={withLieu} />
      <ChangeList
        title="En attente de relecture"
        lead="Un modérateur relit ces modifications avant qu’elles soient publiques. Vous serez prévenu par courriel."
        changes={waiting}
        withLieu={withLieu}
      />
    </>
  );
}

function ChangeList({
  title,
  lead,
  changes,
  withLieu,
}: {
  title: string;
  lead?: string;
  changes: readonly OwnChange[];
  withLieu: boolean;
}) {
  if (changes.length === 0) return null;
  return (
    <section>
      <h2>{title}</h2>
      {lead ? <p>{lead}</p> : null}
      <ul className="change-list">
        {changes.map((change) => (
          <ChangeItem key={`${change.lieu_id} ${change.champ} ${change.cree_le}`} change={change} withLieu={withLieu} />
        ))}
      </ul>
    </section>
  );
}

function ChangeItem({ change, withLieu }: { change: OwnChange; withLieu: boolean }) {
  const { champ, decision, motif } = change;
  if (!isChampDeLieu(champ)) return null;
  return (
    <li>
      <p>
        <strong>{labelOfChamp(champ)}</strong> : {textOf(change.apres)}{' '}
        {decision === 'refusee' ? <Badge tone="error">À corriger</Badge> : <Badge tone="warning">En attente</Badge>}
      </p>
      {motif ? <p>Raison donnée : « {motif} »</p> : null}
      <p className="muted small">
        {withLieu ? `${change.nom ?? 'Lieu sans nom'} · ` : ''}proposé le {formatDay(change.cree_le)}
        {decision === 'refusee' ? (
          <>
            {' · '}
            <Link to={sectionPath(change.lieu_id, champ)}>Corriger</Link>
          </>
        ) : null}
      </p>
    </li>
  );
}

function sectionPath(lieuId: string, champ: ChampDeLieu): string {
  return espacePath(lieuId, sectionOfChamp(champ) ?? 'identite');
}

/** Permanences are told by their number: the page of the permanences shows them. */
function listText(values: readonly unknown[]): string {
  if (values.every((value) => typeof value === 'string')) return values.join(', ');
  return `${values.length} permanence${values.length > 1 ? 's' : ''}`;
}

function textOf(value: unknown): string {
  if (Array.isArray(value)) return value.length === 0 ? '(vidé)' : listText(value);
  if (value === null || value === '') return '(vidé)';
  return String(value);
}
