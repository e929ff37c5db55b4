import { avecSonContact, contactOf } from '#app/domain/aide.ts';
import type { Lieu } from '#app/domain/lieu.ts';
import { UNKNOWN_PIVOT } from '#app/domain/standard.ts';
import { formatTelephone, telephoneHref } from './format.ts';

/** How to reach a lieu, and what it is part of. `passages`: the fiche tells where it stops. */
export function Coordonnees({ lieu, passages }: { lieu: Lieu; passages: boolean }) {
  return (
    <dl className="fiche-contacts">
      {lieu.telephone ? (
        <>
          <dt>Téléphone</dt>
          <dd>
            <a href={telephoneHref(lieu.telephone) ?? undefined}>{formatTelephone(lieu.telephone)}</a>
          </dd>
        </>
      ) : null}
      {lieu.courriels.length > 0 ? (
        <>
          <dt>Courriel</dt>
          {lieu.courriels.map((courriel) => (
            <dd key={courriel}>
              <a href={`mailto:${courriel}`}>{courriel}</a>
            </dd>
          ))}
        </>
      ) : null}
      {lieu.site_web.length > 0 ? (
        <>
          <dt>Site</dt>
          {lieu.site_web.map((url) => (
            <dd key={url}>
              <a href={url} rel="noreferrer nofollow">
                {url.replace(/^https?:\/\/(?:www\.)?/, '').replace(/\/$/, '')}
              </a>
            </dd>
          ))}
        </>
      ) : null}
      {lieu.itinerance.includes('Itinérant') ? (
        <>
          <dt>Déplacement</dt>
          <dd>
            Lieu qui se déplace :{' '}
            {passages ? (
              <a href="#passages">voir où et quand il passe</a>
            ) : (
              avecSonContact('appelez pour savoir où il est', contactOf(lieu))
            )}
            .
          </dd>
        </>
      ) : null}
      {lieu.fiche_acces_libre ? (
        <>
          <dt>Accessibilité</dt>
          <dd>
            <a href={lieu.fiche_acces_libre} rel="noreferrer nofollow">
              Voir l’accès au bâtiment sur Acceslibre
            </a>
          </dd>
        </>
      ) : null}
      {lieu.structure_parente ? (
        <>
          <dt>Fait partie de</dt>
          <dd>{lieu.structure_parente}</dd>
        </>
      ) : null}
      <dt>SIRET ou RNA</dt>
      <dd>{lieu.pivot && lieu.pivot !== UNKNOWN_PIVOT ? lieu.pivot : 'non renseigné'}</dd>
    </dl>
  );
}
