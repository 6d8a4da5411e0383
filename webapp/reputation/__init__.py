"""How mail is received: figures by domain and provider, what to do, and the stop before harm is done."""
