import { Form, Link } from '@remix-run/react';
import { listeOfCode } from '#app/domain/labels-verifies.ts';
import { readGenre } from '#app/domain/taches.ts';
import { espacePath, fichePath, lieuSegment } from '#app/http/fiche-path.ts';
import { Badge } from './badge.tsx';
import { Button } from './button.tsx';
import { formatDate, formatDay } from './format.ts';
import { ageOf, departementLabel } from './revision-queue.tsx';

export interface TacheVue {
  id: number;
  genre: string;
  /** The code of the list, or the SIRET. */
  objet: string;
  detail: unknown;
  ouverte_le: Date | string;
  jours: number;
  lieu_id: string;
  nom: string | null;
  commune: string | null;
  departement: string | null;
  isPublic: boolean;
  canEdit: boolean;
}

/** A task: what has been seen, where to look, and what one may say of it, in one click. */
export function Tache({ tache, search }: { tache: TacheVue; search: string }) {
  const { id, genre, lieu_id, canEdit, isPublic } = tache;
  const nom = tache.nom ?? 'Lieu sans nom';
  return (
    <>
      <h2>
        <Link to={`/moderation/lieux/${lieuSegment(lieu_id)}`}>{nom}</Link>
      </h2>
      <p className="muted small">
        {[tache.commune, tache.departement && departementLabel(tache.departement)].filter(Boolean).join(' · ')}
      </p>
      <p>
        <Badge tone={genre === 'siret_ferme' ? 'error' : 'warning'}>{readGenre(genre)?.label ?? genre}</Badge>
      </p>
      <p>{sayTache(tache)}</p>
      <p className="muted small cluster">
        <span>
          {ageOf(tache.jours)} ({formatDay(tache.ouverte_le)})
        </span>
        {isPublic ? <Link to={fichePath({ id: lieu_id })}>fiche publique</Link> : null}
        {canEdit ? (
          <Link to={espacePath(lieu_id, genre === 'siret_ferme' ? 'identite' : 'labels')}>modifier la fiche</Link>
        ) : null}
        {genre === 'siret_ferme' ? (
          <a href={`https://annuaire-entreprises.data.gouv.fr/etablissement/${tache.objet}`} rel="noreferrer">
            registre des entreprises
          </a>
        ) : null}
      </p>
      <Form method="post" action={`/moderation/taches${search}`}>
        <input type="hidden" name="intent" value="fermer" />
        <input type="hidden" name="id" value={id} />
        <input type="hidden" name="genre" value={genre} />
        <div className="form-actions">
          {readGenre(genre)?.issues.map(({ name, label }) => (
            <Button key={name} look="secondary" name="issue" value={name}>
              {label}
              <span className="visually-hidden"> ({nom})</span>
            </Button>
          ))}
        </div>
      </Form>
    </>
  );
}

/** What has been seen, in a sentence or two. */
function sayTache({ genre, objet, detail }: TacheVue): string {
  const said: Record<string, unknown> = typeof detail === 'object' && detail !== null ? { ...detail } : {};
  const text = (name: string) => (typeof said[name] === 'string' ? said[name] : '');
  if (genre === 'siret_ferme') {
    const since = text('date') === '' ? '' : ` depuis le ${formatDate(text('date'))}`;
    return `Le registre des entreprises dit que le SIRET ${spaced(objet)} est fermé${since}. Le lieu a peut-être fermé, ou changé de structure.`;
  }
  const liste = listeOfCode(objet)?.nom ?? objet;
  return text('cause') === 'fiche'
    ? `La liste ${liste} a toujours « ${text('ligne')} », mais la fiche a changé et ne lui ressemble plus. Elle indique encore ce label.`
    : `La liste ${liste} du ${formatDate(text('date'))} avait ce lieu, sous le nom « ${text('ligne')} » ; elle ne l’a plus. La fiche indique encore ce label.`;
}

/** `264 210 246 00015`, as people read a SIRET. */
function spaced(siret: string): string {
  return siret.replace(/^(\d{3})(\d{3})(\d{3})(\d{5})$/, '$1\u00a0$2\u00a0$3\u00a0$4');
}
