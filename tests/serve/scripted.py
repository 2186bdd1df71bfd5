"""An engine for the browser: translations and changes written down, given word by word."""

import time

from bayling.engines.engine import Engine, Options
from tests.serve.engines import told

SOURCE = "The battery is empty. Please charge it before 8:30 on 12 March."
ANSWERS = {
    "Translate": "Die Batterie ist leer. Bitte lade sie vor dem 12. März auf.",
    "formal": "Die Batterie ist leer. Bitte laden Sie sie vor 8:30 Uhr am 12. März auf.",
    "Akku": "Der Akku ist leer. Bitte laden Sie ihn vor 8:30 Uhr am 12. März auf.",
    "shorter": "Akku leer. Bitte vor 8:30 Uhr am 12. März aufladen.",
    "Arabic": "البطارية فارغة. يرجى شحنها قبل الساعة 8:30 يوم 12 مارس.",
    "<script>": "<b onclick=alert(1)>fett</b><script>document.title='broken'</script><img src=x onerror=alert(1)>",
}


class ScriptedEngine(Engine):
    """Gives the answer whose key stands in the last request."""

    name = "scripted"

    def __init__(self, seconds=0.0):
        self.seconds = seconds

    def _answer(self, turns, options):
        asked = turns[-1].content
        if options.temperature:
            return ANSWERS["Akku"].replace("Akku", "Speicher")
        return next((said for key, said in reversed(ANSWERS.items()) if key in asked), asked.upper())

    def complete(self, prompts, options=Options(), done=None):
        return told(list(prompts), done)

    def generate(self, conversations, options=Options(), done=None):
        return told([self._answer(turns, options) for turns in conversations], done)

    def stream(self, conversation, options=Options()):
        for word in self._answer(conversation, options).split(" "):
            time.sleep(self.seconds)
            yield word + " "
