import type { LoaderFunctionArgs, MetaFunction } from '@remix-run/node';
import { Link, useLoaderData } from '@remix-run/react';
import { Button } from '#app/components/button.tsx';
import { CheckboxGroup, FileField, plainField, TextField } from '#app/components/fields.tsx';
import { formatCount, formatInstant } from '#app/components/format.ts';
import { pageTitle } from '#app/components/frame.ts';
import { ETATS } from '#app/components/import-bilan.tsx';
import { ErrorSummary, Notice } from '#app/components/notice.tsx';
import { PageHeader } from '#app/components/page-header.tsx';
import { TerritoireNav } from '#app/components/territoire-nav.tsx';
import { requireReviewer } from '#app/http/guards.server.ts';
import { listDepotsView } from '#app/http/imports.server.ts';
import { isRefus, REFUS } from '#app/http/imports-refus.ts';
import { listAbsences } from '#db/imports-absences.ts';

export const meta: MetaFunction = () => [{ title: pageTitle('Importer un fichier de lieux') }];

export async function loader({ request, context }: LoaderFunctionArgs) {
  const roles = await requireReviewer(context, request);
  const params = new URL(request.url).searchParams;
  const refus = params.get('refus');
  const [depots, absents] = await Promise.all([listDepotsView(context, roles), listAbsences(context.db, roles)]);
  return {
    depots,
    absents: absents.total,
    refus: isRefus(refus) ? REFUS[refus] : null,
    abandon: params.get('fait') === 'abandon',
    draft: { source: (params.get('source') ?? '').slice(0, 200), partiel: params.get('partiel') === 'oui' },
  };
}

export default function Imports() {
  const { depots, absents, refus, abandon } = useLoaderData<typeof loader>();
  return (
    <>
      <PageHeader
        title="Importer un fichier de lieux"
        lead="Rien n’est écrit avant que vous ayez vu ce que le fichier changerait."
      />
      <div className="with-section-nav">
        <TerritoireNav current="imports" />
        <div className="stack">
          {abandon ? <Notice kind="success" title="Le fichier est abandonné" live /> : null}
          {refus ? <ErrorSummary errors={[{ id: 'champ-fichier', message: refus }]} /> : null}
          <Envoi />
          <p>
            Votre fichier est en ligne, et change souvent ?{' '}
            <Link to="/territoire/sources">Faites-le relire chaque nuit</Link>.
          </p>
          {absents > 0 ? (
            <p>
              <Link to="/territoire/imports/absents">{formatCount(absents, 'lieu', 'lieux')}</Link> de votre territoire{' '}
              {absents === 1 ? 'n’est plus' : 'ne sont plus'} dans le fichier de {absents === 1 ? 'sa' : 'leur'} source.
            </p>
          ) : null}
          {depots.length > 0 ? <Depots /> : null}
        </div>
      </div>
    </>
  );
}

function Envoi() {
  const { refus, draft } = useLoaderData<typeof loader>();
  return (
    // The browser sends it itself, and shows how far it is: a script would hold the file in memory.
    <form method="post" action="/territoire/imports/envoi" encType="multipart/form-data" className="form">
      <TextField
        field={plainField('source', { value: draft.source })}
        label="D’où viennent ces lieux"
        optional
        help="Toujours le même nom d’un mois à l’autre : c’est ainsi que le fichier suivant retrouve ses lieux. Exemple : Hub des Landes. Laissez vide si le fichier a une colonne source."
        autoComplete="off"
      />
      <CheckboxGroup
        field={plainField('partiel', { value: draft.partiel ? 'oui' : undefined })}
        label="Ce que contient le fichier"
        options={[
          {
            value: 'oui',
            label: 'Une partie seulement des lieux de cette source',
            help: 'Sans cette case, les lieux que le fichier n’a plus sont signalés aux personnes qui relisent. Ils ne sont jamais effacés.',
          },
        ]}
      />
      <FileField
        field={plainField('fichier', { errors: refus ? [refus] : undefined, required: true })}
        label="Fichier"
        help="CSV, JSON ou XLSX (Excel, LibreOffice), 200 Mo au plus. Vous pouvez aussi le déposer ici avec la souris."
        accept=".csv,.tsv,.txt,.json,.geojson,.xlsx"
      />
      <Button>Envoyer le fichier</Button>
    </form>
  );
}

function Depots() {
  const { depots } = useLoaderData<typeof loader>();
  return (
    <section className="stack">
      <h2>Derniers fichiers</h2>
      <ul className="queue plain-list">
        {depots.map(({ id, fichier, source, etat, erreur, cree_le, par, annule, bilan }) => (
          <li key={id} className="queue-row">
            <h3>
              <Link to={`/territoire/imports/${id}`}>{fichier}</Link>
            </h3>
            <p>
              {annule ? 'Annulé' : ETATS[etat]}
              {bilan && etat === 'applique'
                ? ` : ${formatCount(bilan.nouvelles, 'lieu nouveau', 'lieux nouveaux')}, ${formatCount(bilan.modifiees, 'modifié', 'modifiés')}`
                : ''}
              {erreur ? ` : ${erreur}` : ''}
            </p>
            <p className="muted small">
              {source ? `${source} · ` : ''}
              {formatInstant(cree_le)}
              {par ? ` · ${par}` : ''}
            </p>
          </li>
        ))}
      </ul>
    </section>
  );
}
