import { Form, Link } from '@remix-run/react';
import { formatRythme } from '#app/domain/sources.ts';
import type { SourceView } from '#app/http/sources.server.ts';
import { Button, LinkButton } from './button.tsx';
import { formatInstant } from './format.ts';
import { Annulation } from './import-bilan.tsx';
import { Notice } from './notice.tsx';
import { Reload } from './reload.tsx';

/** A source as its page has it: instants come as text. */
type SourceVue = Omit<SourceView, 'pause_le' | 'passages'> & { pause_le: Date | string | null };

/** What was just done. */
export function SourceFait({ fait }: { fait: string }) {
  if (fait === 'tard')
    return (
      <Notice kind="warning" title="Ce fichier n’attend plus" live>
        <p>Un autre l’a remplacé, ou il est déjà appliqué : regardez le journal.</p>
      </Notice>
    );
  if (fait === 'patience')
    return (
      <Notice kind="warning" title="Un peu de patience" live>
        <p>Beaucoup de fichiers ont été lus à la suite pour vous. Réessayez dans une heure.</p>
      </Notice>
    );
  return <Annulation fait={fait} suite=" Ce fichier ne sera pas appliqué de nouveau tant qu’il ne change pas." />;
}

/** Where it stands, and the one thing to do. */
export function SourceEtat({ source }: { source: SourceVue }) {
  const { enCours, pause_motif, pause_le, attente, alerte, lue, validee, dernierMessage } = source;
  if (pause_motif === 'role')
    return (
      <Notice kind="warning" title="Cette lecture est arrêtée">
        <p>
          La personne qui l’avait déclarée n’a plus le droit d’importer pour ce territoire. Les lieux restent comme ils
          sont. Si vous la reprenez, les fichiers seront limités à votre territoire ({source.mien}), et vous verrez
          d’abord un essai.
        </p>
        <Geste intent="reprendre" label="Reprendre à mon nom" />
      </Notice>
    );
  if (pause_motif === 'personne' && pause_le !== null)
    return (
      <Notice title="En pause">
        <p>Ce fichier n’est plus lu depuis le {formatInstant(pause_le)}.</p>
        <Geste intent="reprise" label="Reprendre la lecture" />
      </Notice>
    );
  if (enCours)
    return (
      <Notice title="Lecture en cours">
        <Reload />
        <p role="status">Le fichier est téléchargé, puis essayé. Vous pouvez quitter cette page.</p>
      </Notice>
    );
  if (attente !== null) return <Attente attente={attente} />;
  if (alerte === 'echec')
    return (
      <Notice kind="error" title="Ce fichier n’a pas pu être lu">
        <p>{dernierMessage}</p>
        <p>Les lieux restent comme ils étaient. Nous réessayons à chaque lecture.</p>
      </Notice>
    );
  if (!lue)
    return (
      <Notice title="Ce fichier n’a pas encore été lu">
        <p>Essayez-le maintenant : vous verrez ce qu’il changerait, et rien n’est écrit avant votre accord.</p>
        <Geste intent="lire" label="Essayer maintenant" />
      </Notice>
    );
  return (
    <Notice
      kind={validee ? 'success' : 'info'}
      title={validee ? 'Tout va bien' : 'Aucun fichier n’a encore été appliqué'}
    >
      <p>
        {validee
          ? 'Ce qui change dans ce fichier s’applique à chaque lecture. Chaque import peut être annulé pendant un an.'
          : 'Le prochain fichier lu vous sera montré avant que quoi que ce soit s’applique.'}
      </p>
    </Notice>
  );
}

function Attente({ attente: { depot, etat, resultat, message } }: { attente: NonNullable<SourceVue['attente']> }) {
  const held = resultat === 'retenu';
  return (
    <Notice kind={held ? 'warning' : 'info'} title={held ? 'Le dernier fichier n’est pas appliqué' : 'À vous'}>
      <p>{message}</p>
      <Form method="post" className="cluster">
        <input type="hidden" name="depot" value={depot} />
        <LinkButton look={held ? 'secondary' : 'primary'} to={`/territoire/imports/${depot}`}>
          {etat === 'colonnes' ? 'Dire ce que donnent les colonnes' : 'Voir ce qu’il changerait'}
        </LinkButton>
        {etat === 'simule' ? (
          <Button look="secondary" name="intent" value="appliquer">
            {held ? 'L’appliquer quand même' : 'Appliquer'}
          </Button>
        ) : null}
      </Form>
      {held ? null : <p className="small">Une fois ce fichier appliqué, les suivants s’appliqueront d’eux-mêmes.</p>}
    </Notice>
  );
}

/** What was said of it. */
export function SourceReglages({ source }: { source: SourceVue }) {
  const { adresse, jour, complet, par, prevenir, territoire } = source;
  const people = [par, prevenir].filter((courriel) => courriel !== null).join(', ');
  const facts: [string, string][] = [
    ['Adresse', adresse],
    ['Lecture', formatRythme(jour)],
    ['Contenu', complet ? 'tous les lieux de cette source' : 'une partie des lieux de cette source'],
    ['Territoire', territoire],
    ['Déclaré par', par ?? 'une personne qui n’a plus de compte'],
    ['Prévenus par courriel', people === '' ? 'personne' : people],
  ];
  return (
    <dl className="source-facts">
      {facts.map(([label, value]) => (
        <div key={label}>
          <dt>{label}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

/** What one may do with it at any time. */
export function SourceGestes({ source }: { source: SourceVue }) {
  const { id, pause_le, enCours, lue, validee } = source;
  return (
    <>
      <div className="cluster">
        {pause_le === null && !enCours && lue ? (
          <Geste intent="lire" label={validee ? 'Relire maintenant' : 'Essayer maintenant'} look="secondary" />
        ) : null}
        <Link to={`/territoire/sources/${id}/reglages`}>Modifier</Link>
        {pause_le === null ? <Geste intent="pause" label="Mettre en pause" look="quiet" /> : null}
      </div>
      <details>
        <summary>Autres gestes</summary>
        <div className="stack">
          {pause_le === null ? (
            <div>
              <p>
                Ses colonnes ont changé ? Elles vous seront demandées de nouveau, et vous verrez un essai avant que quoi
                que ce soit s’applique.
              </p>
              <Geste intent="colonnes" label="Refaire un essai avec d’autres colonnes" look="secondary" />
            </div>
          ) : null}
          <div>
            <p>Supprimer cette lecture et son journal. Les lieux et les imports restent.</p>
            <Geste intent="supprimer" label="Ne plus relire ce fichier" look="danger" />
          </div>
        </div>
      </details>
    </>
  );
}

function Geste({
  intent,
  label,
  look = 'primary',
}: {
  intent: string;
  label: string;
  look?: 'primary' | 'secondary' | 'quiet' | 'danger';
}) {
  return (
    <Form method="post">
      <Button look={look} name="intent" value={intent}>
        {label}
      </Button>
    </Form>
  );
}
