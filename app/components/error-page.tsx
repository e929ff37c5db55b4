import { isRouteErrorResponse, Link } from '@remix-run/react';
import type { ReactNode } from 'react';
import { LinkButton } from './button.tsx';
import { lastSubmission } from './last-submission.ts';
import { SearchForm } from './search-form.tsx';
import { SessionEnded } from './session-ended.tsx';

interface Explained {
  code: string;
  title: string;
  content: ReactNode;
}

/** The page for what went wrong: what happened, in words, and what to do next. */
export function ErrorPage({ error }: { error: unknown }) {
  const { code, title, content } = explain(error);
  return (
    <div className="error-page">
      <p className="error-code">{code}</p>
      <h1>{title}</h1>
      {content}
    </div>
  );
}

/** The title of the same page, for the browser's tab. */
export function errorTitle(error: unknown): string {
  return explain(error).title;
}

function explain(error: unknown): Explained {
  if (!isRouteErrorResponse(error)) return isNetworkFailure(error) ? OFFLINE : failure(null);
  const said = typeof error.data === 'string' && error.data !== '' ? error.data : null;
  switch (error.status) {
    case 404:
      return NOT_FOUND;
    case 410:
      return { ...NOT_FOUND, code: 'Page retirée (410)', title: 'Cette page n’existe plus' };
    case 401:
      return sessionEnded() ?? forbidden(said);
    case 403:
      return forbidden(said);
    case 409:
      return plain('Demande en conflit (409)', 'Quelque chose a changé entre-temps', said);
    case 413:
      return plain('Envoi trop gros (413)', 'Ce que vous envoyez est trop gros', said);
    case 429:
      return plain(
        'Trop d’essais (429)',
        'Un peu de patience',
        said ?? 'Trop d’essais à la suite. Réessayez dans quelques minutes.',
      );
    case 503:
      return plain('Service occupé (503)', 'Encore un instant', said);
    default:
      return error.status < 500
        ? plain(`Demande refusée (${error.status})`, 'Nous ne pouvons pas répondre à cette demande', said)
        : failure(error.status);
  }
}

const NOT_FOUND: Explained = {
  code: 'Page introuvable (404)',
  title: 'Cette page n’existe pas',
  content: (
    <>
      <p>
        L’adresse contient peut-être une faute, la page a changé de place, ou il faut un compte qui y a accès. Vous
        cherchez un lieu ?
      </p>
      <SearchForm />
      <p>
        Vous pouvez aussi <Link to="/">revenir à l’accueil</Link>, <Link to="/connexion">vous connecter</Link> ou{' '}
        <Link to="/aide">demander de l’aide</Link>.
      </p>
    </>
  ),
};

const OFFLINE: Explained = {
  code: 'Pas de réponse',
  title: 'Le site ne répond pas',
  content: (
    <>
      <p>
        Votre appareil n’est peut-être plus relié à internet. Vérifiez le wifi ou les données mobiles, puis rechargez
        cette page. Ce que vous avez déjà enregistré n’est pas perdu.
      </p>
      <p>
        <LinkButton to="." reloadDocument>
          Recharger la page
        </LinkButton>
      </p>
    </>
  ),
};

/** The form that was just sent, to be sent again; null where there is none. */
function sessionEnded(): Explained | null {
  const form = lastSubmission();
  return (
    form && {
      code: 'Session terminée (401)',
      title: 'Votre session est terminée',
      content: <SessionEnded {...form} />,
    }
  );
}

function forbidden(said: string | null): Explained {
  return {
    code: 'Accès refusé (403)',
    title: 'Vous n’avez pas accès à cette page',
    content: (
      <>
        <p>{said ?? 'Cette action est réservée à d’autres comptes que le vôtre.'}</p>
        <p>
          Vous pouvez <Link to="/connexion">vous connecter avec une autre adresse</Link>,{' '}
          <Link to="/">revenir à l’accueil</Link> ou <Link to="/aide#contact">nous demander cet accès</Link>.
        </p>
      </>
    ),
  };
}

function plain(code: string, title: string, said: string | null): Explained {
  return {
    code,
    title,
    content: (
      <>
        {said === null ? null : <p>{said}</p>}
        <p>
          Revenez à la page précédente pour retrouver ce que vous aviez écrit, <Link to="/">revenez à l’accueil</Link>{' '}
          ou <Link to="/aide">demandez de l’aide</Link>.
        </p>
      </>
    ),
  };
}

function failure(status: number | null): Explained {
  return {
    code: status === null ? 'Erreur' : `Erreur de notre côté (${status})`,
    title: 'Une erreur s’est produite',
    content: (
      <>
        <p>
          Elle vient de nous, pas de vous. Ce que vous avez déjà enregistré n’est pas perdu. Attendez un instant, puis
          rechargez la page.
        </p>
        <p>
          <LinkButton to="." reloadDocument>
            Recharger la page
          </LinkButton>
        </p>
        <p>
          Si l’erreur revient, <Link to="/aide#contact">dites-le-nous</Link> avec l’heure et ce que vous vouliez faire.
        </p>
      </>
    ),
  };
}

/** What browsers throw when a request got no answer at all; each has words of its own. */
function isNetworkFailure(error: unknown): boolean {
  return error instanceof TypeError && /fetch|network|load failed/i.test(error.message);
}
