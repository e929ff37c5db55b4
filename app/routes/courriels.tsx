import type { LinksFunction, LoaderFunctionArgs, MetaFunction } from '@remix-run/node';
import { useLoaderData } from '@remix-run/react';
import { Fragment } from 'react';
import { DateText } from '#app/components/date-text.tsx';
import { pageTitle } from '#app/components/frame.ts';
import { EmptyState } from '#app/components/layout.tsx';
import { PageHeader } from '#app/components/page-header.tsx';
import { splitLinks } from '#app/courriels/links.ts';
import { notFound } from '#app/http/guards.server.ts';
import { mailboxIsOpen } from '#app/http/mailbox.server.ts';
import courrielsCss from '#app/styles/courriels.css?url';
import { listCourriels } from '#db/courriels.ts';

export const links: LinksFunction = () => [{ rel: 'stylesheet', href: courrielsCss }];

export const meta: MetaFunction = () => [
  { title: pageTitle('Courriels envoyés') },
  { name: 'robots', content: 'noindex' },
];

const SHOWN = 100;

export async function loader({ request, context }: LoaderFunctionArgs) {
  if (!mailboxIsOpen(context, request)) throw notFound();
  const courriels = await listCourriels(context.db, { limit: SHOWN });
  return {
    courriels: courriels.map(({ id, a, objet, texte, cree_le }) => ({
      id,
      a,
      objet,
      texte,
      le: cree_le.toISOString(),
    })),
  };
}

export default function Courriels() {
  const { courriels } = useLoaderData<typeof loader>();
  return (
    <>
      <PageHeader
        title="Courriels envoyés"
        lead="Sur cette installation d’essai, rien ne part : chaque message arrive ici, le plus récent d’abord."
      />
      {courriels.length === 0 ? (
        <EmptyState title="Aucun courriel pour l’instant">
          <p>
            Demandez un lien sur la <a href="/connexion">page de connexion</a>, puis revenez ici.
          </p>
        </EmptyState>
      ) : (
        <ol className="mailbox">
          {courriels.map((courriel) => (
            <li key={courriel.id}>
              <Courriel {...courriel} />
            </li>
          ))}
        </ol>
      )}
    </>
  );
}

function Courriel({ a, objet, texte, le }: { a: string; objet: string; texte: string; le: string }) {
  const pieces = splitLinks(texte);
  const signIn = pieces.find(({ href }) => href !== null && new URL(href).pathname.startsWith('/connexion/lien/'));
  return (
    <article className="card mail">
      <h2>{objet}</h2>
      <p className="muted small">
        À <strong>{a}</strong>, <DateText value={le} time />
      </p>
      {signIn?.href ? (
        <p>
          <a href={signIn.href} className="button">
            Ouvrir le lien de connexion
          </a>
        </p>
      ) : null}
      <p className="mail-text">
        {pieces.map(({ start, text, href }) => (
          <Fragment key={start}>{href === null ? text : <a href={href}>{text}</a>}</Fragment>
        ))}
      </p>
    </article>
  );
}
