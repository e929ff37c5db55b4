import { Notice } from './notice.tsx';

/** For a member whom no moderator has accepted yet: appointments carry names and addresses of people. */
export function AgendaUnverified() {
  return (
    <Notice kind="warning" title="Votre rattachement à cette structure attend d’être vérifié">
      <p>
        Les rendez-vous contiennent des noms et des adresses : ils s’ouvrent dès qu’un modérateur a vérifié qui vous
        êtes.
      </p>
    </Notice>
  );
}
