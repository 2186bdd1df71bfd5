"""Publishing: a run in, a folder as the hub has models out, with a card; and the folder onto the hub.

`model_card` is the card alone. Its words stand in `pages/card.md.jinja`, what a folder holds in `folder.py`, what
is asked of the hub in `upload.py`.
"""

from bayling.publish.card import model_card
from bayling.publish.folder import Publication, write_folder
from bayling.publish.upload import check_name, upload

__all__ = ["Publication", "check_name", "model_card", "upload", "write_folder"]
