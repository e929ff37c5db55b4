import type { LoaderFunctionArgs, MetaFunction } from '@remix-run/node';
import { Link, useLoaderData } from '@remix-run/react';
import { LinkButton } from '#app/components/button.tsx';
import { formatCount, formatNumber } from '#app/components/format.ts';
import { pageTitle } from '#app/components/frame.ts';
import { EmptyState } from '#app/components/layout.tsx';
import { PageHeader } from '#app/components/page-header.tsx';
import { TerritoireNav } from '#app/components/territoire-nav.tsx';
import { lieuxSearch, MANQUES } from '#app/domain/manques.ts';
import { requireReviewer } from '#app/http/guards.server.ts';
import { loadDesk } from '#app/http/territoire.server.ts';

export const meta: MetaFunction = () => [{ title: pageTitle('Mon territoire') }];

export async function loader({ request, context }: LoaderFunctionArgs) {
  return loadDesk(context, await requireReviewer(context, request));
}

export default function TerritoireHome() {
  const { territoires, lieux, waiting } = useLoaderData<typeof loader>();
  return (
    <>
      <PageHeader title="Mon territoire" lead={territoires.join(', ')} />
      <div className="with-section-nav">
        <TerritoireNav current="accueil" />
        <div className="stack">
          <section className="stack" aria-labelledby="a-traiter">
            <h2 id="a-traiter">À traiter</h2>
            <ul className="figures plain-list">
              <Figure
                to="/moderation"
                n={waiting.revisions}
                one="modification à relire"
                many="modifications à relire"
              />
              <Figure
                to="/moderation/signalements"
                n={waiting.signalements}
                one="signalement ouvert"
                many="signalements ouverts"
              />
              <Figure
                to={`/territoire/lieux${lieuxSearch({ responsable: 'sans' })}`}
                n={lieux.sansResponsable}
                one="lieu sans responsable"
                many="lieux sans responsable"
              />
            </ul>
          </section>
          <section className="stack" aria-labelledby="ce-qui-manque">
            <h2 id="ce-qui-manque">Ce qui manque aux fiches</h2>
            {lieux.total === 0 ? (
              <EmptyState title="Aucun lieu dans ce territoire">
                <p>Aucune fiche n’y est encore connue.</p>
              </EmptyState>
            ) : (
              <>
                <p>
                  <Link to="/territoire/lieux">{formatCount(lieux.total, 'lieu', 'lieux')}</Link> en tout. Chaque
                  chiffre ouvre la liste des lieux concernés.
                </p>
                <ul className="shares plain-list">
                  {MANQUES.map(({ name, label }) => (
                    <Share key={name} name={name} label={label} n={lieux[name]} total={lieux.total} />
                  ))}
                </ul>
                <LinkButton to="/territoire/a-appeler">Appeler les lieux sans responsable</LinkButton>
              </>
            )}
          </section>
        </div>
      </div>
    </>
  );
}

function Figure({ to, n, one, many }: { to: string; n: number; one: string; many: string }) {
  return (
    <li>
      <Link to={to} className="figure-link">
        <span className="figure-number">{formatNumber(n)}</span> <span>{n < 2 ? one : many}</span>
      </Link>
    </li>
  );
}

/** A count with its part of the whole as a bar, which says nothing that the figures do not. */
function Share({ name, label, n, total }: { name: string; label: string; n: number; total: number }) {
  const percent = Math.round((100 * n) / total);
  return (
    <li className="share">
      <Link to={`/territoire/lieux?manque=${name}`}>{label}</Link>
      <span className="share-number">
        {formatNumber(n)} <span className="muted small">({n > 0 && percent === 0 ? 'moins de 1' : percent} %)</span>
      </span>
      <svg className="share-bar" viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true" focusable="false">
        <rect width="100" height="4" className="share-ground" />
        <rect width={(100 * n) / total} height="4" className="share-part" />
      </svg>
    </li>
  );
}
