"""The data keys of accounts, in a database that belongs to no service: `matinee_keys`.

Apart from the records, because a key that lies in the same backup as what it opens cannot be
destroyed: of this database only the newest copy may be kept.
"""
