import { Form, Link, NavLink } from '@remix-run/react';

export interface Visitor {
  identity: { courriel: string; nom: string | null } | null;
  espace: boolean;
  moderation: boolean;
  territoire: boolean;
  /** Gives and withdraws roles. */
  roles: boolean;
  /** Says in which communes of Alsace-Moselle Good Friday is a holiday. */
  vendrediSaint: boolean;
}

/** Brand and public navigation; above them, for those who are signed in, the way to their spaces and out. */
export function SiteHeader({ visitor }: { visitor: Visitor }) {
  return (
    <>
      {visitor.identity ? <Band visitor={visitor} identity={visitor.identity} /> : null}
      <header className="site-header">
        <div className="frame">
          <Link to="/" className="brand" aria-label="Lieu à jour, accueil">
            <BrandMark />
            Lieu à jour
          </Link>
          <nav className="site-nav" aria-label="Navigation principale">
            <ul>
              <li>
                <NavLink to="/carte">Carte</NavLink>
              </li>
              <li>
                <NavLink to="/donnees">Données</NavLink>
              </li>
              <li>
                <NavLink to="/aide">Aide</NavLink>
              </li>
              {visitor.identity ? null : (
                <li>
                  <NavLink to="/connexion">Se connecter</NavLink>
                </li>
              )}
            </ul>
          </nav>
        </div>
      </header>
    </>
  );
}

function Band({ visitor, identity }: { visitor: Visitor; identity: NonNullable<Visitor['identity']> }) {
  return (
    <section className="band" aria-label="Votre compte">
      <div className="frame">
        <span className="band-who">
          <span className="visually-hidden">Connecté : </span>
          {identity.nom ?? identity.courriel}
        </span>
        <nav aria-label="Mes espaces">
          <ul>
            {visitor.espace ? (
              <li>
                <NavLink to="/espace">Mon espace</NavLink>
              </li>
            ) : null}
            {visitor.territoire ? (
              <li>
                <NavLink to="/territoire">Mon territoire</NavLink>
              </li>
            ) : null}
            {visitor.moderation ? (
              <li>
                <NavLink to="/moderation">Modération</NavLink>
              </li>
            ) : null}
          </ul>
        </nav>
        <Form method="post" action="/deconnexion">
          <button type="submit">Se déconnecter</button>
        </Form>
      </div>
    </section>
  );
}

function BrandMark() {
  return (
    <svg viewBox="0 0 32 36" aria-hidden="true" focusable="false" width="32" height="36">
      <path className="brand-pin" d="M16 0C7.2 0 0 7 0 15.7 0 25.5 16 36 16 36s16-10.5 16-20.3C32 7 24.8 0 16 0Z" />
      <path className="brand-light" d="M16 5.5 6.5 13v10.5h19V13Z" />
      <path className="brand-door" d="M13 15.5h6v8h-6z" />
    </svg>
  );
}
