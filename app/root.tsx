import latinFont from '@fontsource-variable/atkinson-hyperlegible-next/files/atkinson-hyperlegible-next-latin-wght-normal.woff2?url';
import type { LinksFunction, LoaderFunctionArgs, MetaFunction } from '@remix-run/node';
import {
  Links,
  Meta,
  Outlet,
  Scripts,
  ScrollRestoration,
  useMatches,
  useRouteError,
  useRouteLoaderData,
} from '@remix-run/react';
import type { ReactNode } from 'react';
import { grantsRoles, isReviewer } from '#app/domain/permissions.ts';
import { hasVendrediSaint } from '#app/http/vendredi-saint.server.ts';
import { findRoles } from '#db/utilisateurs.ts';
import { ErrorPage, errorTitle } from './components/error-page.tsx';
import { layoutOf, pageTitle } from './components/frame.ts';
import { useRememberedSubmission } from './components/last-submission.ts';
import { SiteFooter } from './components/site-footer.tsx';
import { SiteHeader, type Visitor } from './components/site-header.tsx';
import { mailboxIsOpen } from './http/mailbox.server.ts';
import { useNonce } from './http/nonce.ts';
import baseCss from './styles/base.css?url';
import componentsCss from './styles/components.css?url';
import printCss from './styles/print.css?url';
import tokensCss from './styles/tokens.css?url';

export const links: LinksFunction = () => [
  { rel: 'preload', href: latinFont, as: 'font', type: 'font/woff2', crossOrigin: 'anonymous' },
  { rel: 'stylesheet', href: tokensCss },
  { rel: 'stylesheet', href: baseCss },
  { rel: 'stylesheet', href: componentsCss },
  { rel: 'stylesheet', href: printCss },
  { rel: 'icon', href: '/favicon.svg', type: 'image/svg+xml' },
];

export const meta: MetaFunction = ({ error }) => [
  { title: error ? pageTitle(errorTitle(error)) : 'Lieu à jour' },
  { name: 'description', content: 'Trouvez près de chez vous un lieu où l’on vous aide avec le numérique.' },
];

/** Who is here, as far as the frame shows it: their name and the spaces that exist for them. */
export async function loader({ request, context }: LoaderFunctionArgs) {
  const { identity } = context;
  const installation = {
    demo: context.demonstration,
    mailbox: mailboxIsOpen(context, request),
  };
  if (identity === null) return { ...NOBODY, ...installation };
  const roles = await findRoles(context.db, identity.utilisateurId);
  return {
    identity: { courriel: identity.courriel, nom: identity.nom },
    espace: true,
    moderation: isReviewer(roles),
    territoire: roles.animation !== null,
    roles: grantsRoles(roles),
    vendrediSaint: isReviewer(roles) && hasVendrediSaint(context, roles),
    ...installation,
  };
}

const NOBODY: Visitor = {
  identity: null,
  espace: false,
  moderation: false,
  territoire: false,
  roles: false,
  vendrediSaint: false,
};

/** The document around every page, the error pages included. */
export function Layout({ children }: { children: ReactNode }) {
  const nonce = useNonce();
  return (
    <html lang="fr">
      <head>
        <meta charSet="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="theme-color" content="#ffffff" media="(prefers-color-scheme: light)" />
        <meta name="theme-color" content="#1b1f2a" media="(prefers-color-scheme: dark)" />
        <Meta />
        <Links />
      </head>
      <body>
        <Frame>{children}</Frame>
        <ScrollRestoration nonce={nonce} />
        <Scripts nonce={nonce} />
      </body>
    </html>
  );
}

function Frame({ children }: { children: ReactNode }) {
  const data = useRouteLoaderData<typeof loader>('root');
  const failed = (useRouteError() ?? null) !== null;
  const handles = useMatches().map((match) => match.handle);
  const layout = failed ? 'page' : layoutOf(handles);
  if (layout === 'bare') {
    return (
      <main id="contenu" className="content">
        {children}
      </main>
    );
  }
  return (
    <>
      <a href="#contenu" className="skip-link">
        Aller au contenu
      </a>
      {data?.demo ? <DemoBanner mailbox={data.mailbox} /> : null}
      <SiteHeader visitor={data ?? NOBODY} />
      <main id="contenu" tabIndex={-1} className={layout === 'page' ? 'content content-page frame' : 'content'}>
        {children}
      </main>
      {layout === 'map' ? null : <SiteFooter />}
    </>
  );
}

function DemoBanner({ mailbox }: { mailbox: boolean }) {
  return (
    <aside className="demo-banner" aria-label="Démonstration">
      Démonstration : lieux inventés.
      {mailbox ? (
        <>
          {' '}
          <a href="/courriels">Lire les courriels envoyés</a>
        </>
      ) : null}
    </aside>
  );
}

export default function App() {
  useRememberedSubmission();
  return <Outlet />;
}

/** Every error of every route ends here, in the same frame. */
export function ErrorBoundary() {
  return <ErrorPage error={useRouteError()} />;
}
