from accelerator import create_app

app = create_app()
