import { Link } from '@remix-run/react';
import type { FieldName } from '#app/domain/standard.ts';
import { fieldOf, isFieldName } from '#app/domain/standard.ts';
import { lieuSegment } from '#app/http/fiche-path.ts';
import type { CarteDessinee } from '#app/http/imports-carte.server.ts';
import type { BilanMontre } from '#app/imports/bilan.ts';
import { formatCount, formatDay, formatNumber } from './format.ts';
import { Notice } from './notice.tsx';

/** What a file is waiting for, by its state. */
export const ETATS: Readonly<Record<string, string>> = {
  analyse: 'En cours de lecture',
  colonnes: 'À vous : dites ce que donnent les colonnes',
  simulation: 'Essai en cours',
  simule: 'À vous : regardez l’essai, puis appliquez',
  application: 'Import en cours',
  applique: 'Importé',
  refuse: 'Refusé',
};

/** What an import does, or did: counts, examples, what is refused. */
export function Bilan({ bilan, done }: { bilan: BilanMontre; done: boolean }) {
  const { nouvelles, modifiees, inchangees, a_completer, refusees, doublons, proposees, lignes } = bilan;
  const changees = bilan.changees ?? modifiees - proposees;
  const counts: [string, number, string][] = [
    [done ? 'Créés' : 'Nouveaux', nouvelles, 'Ces lieux n’étaient pas dans la base.'],
    ['Modifiés', changees, 'Des champs de la fiche changent.'],
    [
      'À relire',
      proposees,
      'Une structure ou un responsable tient cette fiche : rien n’est écrasé, la valeur du fichier attend une relecture. Un lieu dont d’autres champs changent compte aussi dans « Modifiés ».',
    ],
    ['Inchangés', inchangees, 'Le fichier dit la même chose que la base.'],
    [
      'Hors ligne',
      bilan.hors_ligne,
      'Ces lieux sont fermés, masqués ou fusionnés dans un autre : le fichier ne les remet pas en ligne. Le rapport dit lesquels.',
    ],
    [
      'De retour',
      bilan.revenus,
      'Ces lieux étaient signalés absents du fichier de leur source : ils ne le seront plus. Ils comptent aussi ci-dessus.',
    ],
    [
      'À compléter',
      a_completer,
      'Gardés, mais pas publiés tant qu’il manque une information obligatoire. Ils comptent aussi dans les lignes ci-dessus.',
    ],
    ['En double', doublons, 'Deux lignes du fichier ont le même identifiant : la plus récente est gardée.'],
    ['Refusés', refusees, 'Ces lignes ne sont pas importées.'],
  ];
  return (
    <section className="stack" aria-labelledby="bilan">
      <h2 id="bilan">{done ? 'Ce que l’import a fait' : 'Ce que l’import ferait'}</h2>
      <p>{formatCount(lignes, 'ligne lue', 'lignes lues')}.</p>
      <dl className="import-counts">
        {counts.map(([label, count, help]) => (
          <div key={label} className={count === 0 ? 'import-count import-count-zero' : 'import-count'}>
            <dt>{label}</dt>
            <dd>
              <span className="import-number">{formatNumber(count)}</span>
              <span className="small">{help}</span>
            </dd>
          </div>
        ))}
      </dl>
      <Pertes bilan={bilan} done={done} />
      <Refusees bilan={bilan} />
      <Exemples title="Lieux nouveaux" exemples={bilan.exemples.nouvelle} total={nouvelles} />
      <Exemples title="Lieux modifiés" exemples={bilan.exemples.modifiee} total={changees} />
      <Exemples title="Lieux à relire" exemples={bilan.exemples.proposee} total={proposees} />
    </section>
  );
}

/** What the file takes away: values, and lieux from the public. */
function Pertes({ bilan: { videes, depubliees, exemples }, done }: { bilan: BilanMontre; done: boolean }) {
  if (videes === 0 && depubliees === 0) return null;
  const values = formatCount(videes, 'valeur', 'valeurs');
  const lieux = formatCount(depubliees, 'lieu', 'lieux');
  return (
    <Notice
      kind="warning"
      title={done ? 'Ce fichier a retiré des informations' : 'Ce fichier retirerait des informations'}
    >
      {videes > 0 ? (
        <p>
          {values}{' '}
          {done ? (videes === 1 ? 'a été vidée' : 'ont été vidées') : videes === 1 ? 'serait vidée' : 'seraient vidées'}{' '}
          : le fichier a la colonne, et sa case est vide. Une colonne que le fichier n’a pas, ou que vous ne faites pas
          lire, ne change rien.
        </p>
      ) : null}
      {depubliees > 0 ? (
        <p>
          {lieux}{' '}
          {done
            ? depubliees === 1
              ? 'n’est plus public'
              : 'ne sont plus publics'
            : depubliees === 1
              ? 'ne serait plus public'
              : 'ne seraient plus publics'}{' '}
          : il y manque une information obligatoire.
        </p>
      ) : null}
      <Exemples title="Lieux dont une valeur est vidée" exemples={exemples.videe} total={exemples.videe.length} />
      <Exemples title="Lieux qui ne sont plus publics" exemples={exemples.depubliee} total={depubliees} />
    </Notice>
  );
}

function Refusees({ bilan: { refus, refusees } }: { bilan: BilanMontre }) {
  if (refus.length === 0) return null;
  return (
    <details open>
      <summary>{formatCount(refusees, 'ligne refusée', 'lignes refusées')}</summary>
      <ul>
        {refus.map(({ ligne, id, message }) => (
          <li key={`${ligne} ${id} ${message}`}>
            Ligne {formatNumber(ligne)}
            {id ? ` (${id})` : ''} : {message}
          </li>
        ))}
      </ul>
      {refusees > refus.length ? <p className="muted small">Les autres sont dans le rapport.</p> : null}
    </details>
  );
}

function Exemples({
  title,
  exemples,
  total,
}: {
  title: string;
  exemples: BilanMontre['exemples']['nouvelle'];
  total: number;
}) {
  if (exemples.length === 0) return null;
  return (
    <details>
      <summary>
        {title}
        {total > exemples.length ? ` : les ${exemples.length} premiers` : ''}
      </summary>
      <ul>
        {exemples.map(({ ligne, nom, commune, champs }) => (
          <li key={`${ligne} ${nom} ${commune}`}>
            {nom || 'Sans nom'}
            {commune ? `, ${commune}` : ''}
            {champs.length > 0 ? ` : ${champs.filter(isFieldName).map(labelOf).join(', ')}` : ''}{' '}
            <span className="muted small">(ligne {formatNumber(ligne)})</span>
          </li>
        ))}
      </ul>
    </details>
  );
}

function labelOf(champ: FieldName): string {
  const { label } = fieldOf(champ);
  return label.charAt(0).toLowerCase() + label.slice(1);
}

/** Where the lieux of a file are, drawn. */
export function CarteImport({ carte, sansPosition }: { carte: CarteDessinee; sansPosition: number }) {
  const { largeur, hauteur, contours, points, ailleurs } = carte;
  return (
    <figure className="import-map">
      <svg viewBox={`0 0 ${largeur} ${hauteur}`} role="img" aria-label="Carte des lieux du fichier">
        <path className="import-map-land" d={contours} />
        {points.map(({ x, y, r, sorte }) => (
          <circle key={`${x} ${y}`} className={`import-map-${sorte}`} cx={x} cy={y} r={r} />
        ))}
      </svg>
      <figcaption className="small">
        <ul className="cluster plain-list">
          <li>
            <span className="import-map-key import-map-key-nouvelle" /> avec des lieux nouveaux
          </li>
          <li>
            <span className="import-map-key import-map-key-modifiee" /> avec des lieux modifiés
          </li>
          <li>
            <span className="import-map-key import-map-key-inchangee" /> inchangés
          </li>
        </ul>
        Un rond peut réunir plusieurs lieux.
        {sansPosition > 0 ? ` ${formatCount(sansPosition, 'lieu n’a', 'lieux n’ont')} pas de coordonnées.` : ''}
        {ailleurs > 0 ? ` ${formatCount(ailleurs, 'lieu est', 'lieux sont')} hors de cette carte.` : ''}
      </figcaption>
    </figure>
  );
}

/** What taking an import back did, as the word of `annuler` says it; nothing for another word. */
export function Annulation({ fait, suite = '' }: { fait: string; suite?: string }) {
  if (fait === 'deja') return <Notice kind="warning" title="Cet import était déjà annulé" live />;
  if (fait === 'hors-territoire')
    return (
      <Notice kind="warning" title="Cet import n’est pas annulé" live>
        <p>
          Tout ce qu’il a fait est hors de votre territoire d’aujourd’hui. Demandez à l’équipe de modération de
          l’annuler.
        </p>
      </Notice>
    );
  const counts = /^annule-(\d+)-(\d+)-(\d+)-(\d+)-(\d+)$/.exec(fait)?.slice(1).map(Number);
  if (!counts) return null;
  const [supprimes = 0, conserves = 0, remis = 0, gardes = 0, hors = 0] = counts;
  return (
    <Notice kind="success" title={hors > 0 ? 'L’import est annulé dans votre territoire' : 'L’import est annulé'} live>
      <p>
        {formatCount(supprimes, 'lieu retiré', 'lieux retirés')},{' '}
        {formatCount(remis, 'lieu remis comme avant', 'lieux remis comme avant')}
        {gardes > 0
          ? `, ${formatCount(gardes, 'champ gardé', 'champs gardés')} car changé ou confirmé depuis, ou tenu par une structure`
          : ''}
        .
        {conserves > 0
          ? ` ${formatCount(conserves, 'lieu créé par cet import est gardé', 'lieux créés par cet import sont gardés')} en l’état : quelqu’un y a travaillé ou le tient depuis, ou un autre import l’a changé.`
          : ''}
        {hors > 0
          ? ` ${formatCount(hors, 'lieu reste comme il est', 'lieux restent comme ils sont')} : hors de votre territoire d’aujourd’hui.`
          : ''}
        {suite}
      </p>
    </Notice>
  );
}

interface AbsentsProps {
  absents: {
    total: number;
    lieux: {
      id: string;
      nom: string | null;
      commune: string | null;
      origine: string;
      fichier: string;
      depuis: Date | string;
    }[];
  };
}

/** The first lieux that a trial would flag. */
export function AbsentsNommes({ lieux, total }: { lieux: BilanMontre['absents_exemples']; total: number }) {
  const more = total - lieux.length;
  return (
    <ul>
      {lieux.map(({ id, nom, commune }) => (
        <li key={id}>
          <Link to={`/moderation/lieux/${lieuSegment(id)}`}>{nom ?? 'Lieu sans nom'}</Link>
          {commune ? `, ${commune}` : ''}
        </li>
      ))}
      {more > 0 && lieux.length > 0 ? <li>et {formatCount(more, 'autre', 'autres')}</li> : null}
    </ul>
  );
}

/** Lieux that the file of their source no longer has. */
export function Absents({ absents: { lieux, total } }: AbsentsProps) {
  return (
    <>
      <ul className="queue plain-list">
        {lieux.map(({ id, nom, commune, origine, fichier, depuis }) => (
          <li key={id} className="queue-row">
            <p>
              <Link to={`/moderation/lieux/${lieuSegment(id)}`}>{nom ?? 'Lieu sans nom'}</Link>
              {commune ? `, ${commune}` : ''}
            </p>
            <p className="muted small">
              Source « {origine} » · absent de {fichier} depuis le {formatDay(depuis)}
            </p>
          </li>
        ))}
      </ul>
      {total > lieux.length ? (
        <p className="muted small">
          Les {lieux.length} plus récents sur {formatNumber(total)}.
        </p>
      ) : null}
    </>
  );
}
