import { Link } from '@remix-run/react';

/** What the law asks, and the way to a person. */
export function SiteFooter() {
  return (
    <footer className="site-footer">
      <div className="frame">
        <nav aria-label="Informations sur le site">
          <ul>
            {LINKS.map(([to, label]) => (
              <li key={to}>
                <Link to={to}>{label}</Link>
              </li>
            ))}
          </ul>
        </nav>
        <p>
          Les informations sur les lieux sont des données ouvertes : chacun peut les reprendre. Fond de carte : IGN,
          Natural Earth, GeoNames.
        </p>
      </div>
    </footer>
  );
}

const LINKS = [
  ['/aide', 'Aide et contact'],
  ['/donnees', 'Données ouvertes'],
  ['/statistiques', 'État des lieux'],
  ['/api', 'API'],
  ['/accessibilite', 'Accessibilité : non encore auditée'],
  ['/donnees-personnelles', 'Données personnelles'],
  ['/mentions-legales', 'Mentions légales'],
  ['/conditions', 'Conditions d’utilisation'],
] as const;
